// Errors
export { ManifestError, manifestErrors } from './manifest-error.ts'
export type { ManifestErrorCode } from './manifest-error.ts'

// Names
export { isPluginId, isPluginName, parsePluginId, parsePluginName, pluginId } from './names.ts'
export type { PluginId, PluginName } from './names.ts'

// The manifest
export type {
  ArgumentDeclaration,
  CommandDeclaration,
  CompletionDeclaration,
  ConfigField,
  ConfigType,
  Engines,
  Limits,
  Manifest,
  MenuEntry,
  OptionDeclaration,
  Runtime,
  UpdateSource,
  ValueDeclaration,
  ValueType,
} from './manifest.ts'
export { entryFiles } from './schema/entry.ts'
export { whyWrongValue } from './schema/config-schema.ts'
export { pluginTypes } from './plugin-type.ts'
export type { PluginType } from './plugin-type.ts'
export { manifestJsonSchema } from './json-schema.ts'

// Reading a manifest
export { checkManifest } from './reading/check-manifest.ts'
export type { CheckedManifest, CheckOptions } from './reading/check-manifest.ts'
export { findManifest, manifestFiles, requireManifest } from './reading/find-manifest.ts'
export type { ManifestFinding, ManifestFindingCode } from './reading/finding.ts'
export type { ManifestFormat } from './reading/parse-document.ts'
export { manifestOfValue } from './reading/manifest-of-value.ts'
export { parseManifest } from './reading/parse-manifest.ts'
export type { ParseOptions } from './reading/parse-manifest.ts'
export { readManifest } from './reading/read-manifest.ts'
export type { ReadManifest, ReadManifestOptions } from './reading/read-manifest.ts'

// Versions
export { isOlder, rangesMeet } from './ranges.ts'

// Platforms
export { closestTo, isPlatform, platforms, platformsOf, runsOn } from './platforms/platforms.ts'
export type { ForPlatforms, Platform } from './platforms/platforms.ts'
export { thisPlatform } from './platforms/this-platform.ts'

// Packages of its language that a plugin brings along
export { importedPackages, packageOf } from './vendored/imported-packages.ts'
export type { ImportedOptions } from './vendored/imported-packages.ts'
export { describeMissing, missingPackages, pythonFits } from './vendored/missing-packages.ts'
export type { MissingPackage } from './vendored/missing-packages.ts'
export { pythonName } from './vendored/python-names.ts'
export { parsePythonMetadata, readVendoredPackages } from './vendored/vendored-packages.ts'
export type { VendoredPackage } from './vendored/vendored-packages.ts'
export { vendoredPlaces } from './vendored/vendored-places.ts'

// Permissions
export { addedPermissions } from './permissions/added-permissions.ts'
export { describePermissions } from './permissions/describe-permissions.ts'
export type { PermissionDescription, PermissionKind } from './permissions/describe-permissions.ts'
export { neutralText } from './neutral-text.ts'
export { noPermissions } from './permissions/permissions.ts'
export type {
  ExecPermission,
  NamedPermission,
  NetPermission,
  PathPermission,
  Permissions,
} from './permissions/permissions.ts'
export { describeTypePermissions, typePermissions } from './permissions/type-permissions.ts'
export type { TypePermission } from './permissions/type-permissions.ts'
export { permissionsSchema } from './schema/permissions-schema.ts'
export { permissionsHash } from './permissions/permissions-hash.ts'
export { risks } from './permissions/risk.ts'
export type { Risk } from './permissions/risk.ts'

// Packages: their files, who signed them, and both checked
export { metadataDirectory, packageLimits, readDigestTree } from './package/digest-tree.ts'
export type {
  DigestFile,
  DigestTree,
  DigestTreeOptions,
  PackageLimits,
} from './package/digest-tree.ts'
export { whyBadPath } from './package/package-path.ts'
export { generateSigningKey, readPublicKey, readSigningKey } from './package/signing-key.ts'
export type { PublicKey, SigningKey } from './package/signing-key.ts'
export { packageStatement } from './package/statement.ts'
export type { PackageStatement, StatementFacts } from './package/statement.ts'
export { parseSbom } from './package/sbom.ts'
export type { Sbom } from './package/sbom.ts'
export { signStatement, verifyEnvelope } from './package/envelope.ts'
export type { Envelope } from './package/envelope.ts'
export { writePackageMetadata } from './package/write-package-metadata.ts'
export type { WriteMetadataOptions } from './package/write-package-metadata.ts'
export { verifyPackage } from './package/verify-package.ts'
export type { PackageFacts, PackageSignature, VerifyOptions } from './package/verify-package.ts'

// Archives
export { extractArchive } from './archive/extract-archive.ts'
export type { Extracted, ExtractOptions } from './archive/extract-archive.ts'
export { misnamedArchive } from './archive/misnamed-archive.ts'
export { archiveLimits } from './archive/archive-limits.ts'
export type { ArchiveLimits } from './archive/archive-limits.ts'
export type { ArchiveForm } from './archive/archive-form.ts'
