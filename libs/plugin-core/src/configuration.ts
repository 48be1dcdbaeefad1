/**
 * The settings alone, for programs that read them and load no plugin: it brings in neither the manifest's schema nor a store.
 *
 * @module
 */
export { loadConfiguration } from './configuration/load-configuration.ts'
export type {
  ConfigurationOptions,
  LoadedConfiguration,
} from './configuration/load-configuration.ts'
export type { Configuration, LogLevel } from './configuration/configuration.ts'
export { updatePolicies } from './configuration/plugin-settings.ts'
export type { PluginsConfiguration, UpdatePolicy } from './configuration/plugin-settings.ts'
export { parseConfiguration, readConfigurationFile } from './configuration/configuration-file.ts'
export type { ParsedConfiguration, Place } from './configuration/parsed-configuration.ts'
export { editProjectSetting, editSetting } from './configuration/edit-setting.ts'
export type { SettingEdit } from './configuration/edit-setting.ts'
export { editRepositories } from './configuration/edit-repositories.ts'
export type { RepositorySetting } from './configuration/repository-setting.ts'
export { secretSettings, settingKeys } from './configuration/setting-keys.ts'
