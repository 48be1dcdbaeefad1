// Errors
export { SdkError, sdkErrors } from './sdk-error.ts'
export type { SdkErrorCode } from './sdk-error.ts'

// Create
export { createPlugin } from './create/create-plugin.ts'
export type { CreatedPlugin, CreatePluginOptions } from './create/create-plugin.ts'
export { listTemplates } from './templates/list-templates.ts'
export type { TemplateInfo } from './templates/list-templates.ts'
export type { PackageManager } from './package-manager.ts'

// Validate and test
export { validatePlugin } from './validate/validate-plugin.ts'
export type { ValidateOptions } from './validate/validate-plugin.ts'
export type { Finding, ValidationResult } from './validate/finding.ts'
export { testPlugin } from './test/test-plugin.ts'
export type { TestPluginOptions, TestResult } from './test/test-plugin.ts'
export type { CommandOutput } from './run-command.ts'

// Package and sign
export { packagePlugin } from './package/package-plugin.ts'
export type {
  PackagedArchive,
  PackagedPlugin,
  PackagePluginOptions,
} from './package/package-plugin.ts'
export type { ArchiveForm } from './package/write-archive.ts'
export { defaultKeyName, KeyStore, openKeyStore } from './keys/key-store.ts'
export type { KeyInfo } from './keys/key-store.ts'
