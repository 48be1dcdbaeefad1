import type { JsonValue } from '@mb/kernel'
import type { PluginName } from './names.ts'
import type { Permissions } from './permissions/permissions.ts'
import type { Platform } from './platforms/platforms.ts'
import type { PluginType } from './plugin-type.ts'

/** What a plugin says about itself: normalised, camelCase, every default filled in. */
export interface Manifest {
  readonly name: PluginName
  /** A semantic version. */
  readonly version: string
  readonly description: string
  readonly author: string
  /** Told from what it brings, when the manifest does not say. */
  readonly type: PluginType
  /** An SPDX expression. */
  readonly license?: string
  /** A file of the package, as `dist/index.mjs`; or the dotted name of a Python module. */
  readonly entry: string
  readonly runtime: Runtime
  /** Semver ranges of what the plugin runs on. */
  readonly engines: Engines
  /** Systems that it runs on, as `linux` or `linux-x64`; empty for all. */
  readonly platforms: readonly Platform[]
  /** Plugins it depends on: id or name, and a semver range. */
  readonly plugins: Readonly<Record<string, string>>
  /** Plugins that it makes use of when they are there: id or name, and a semver range. */
  readonly optionalPlugins: Readonly<Record<string, string>>
  /** Packages of its language that it needs at run time, and a semver range. */
  readonly dependencies: Readonly<Record<string, string>>
  /** Labels for searching; they grant nothing. */
  readonly capabilities: readonly string[]
  readonly keywords: readonly string[]
  /** Shelves of a marketplace that it belongs on, as `cloud`. */
  readonly categories: readonly string[]
  readonly homepage?: string
  readonly repository?: string
  readonly documentation?: string
  readonly email?: string
  readonly commands: readonly CommandDeclaration[]
  /** Events it wants to be called at, as `deploy:after`. */
  readonly hooks: readonly string[]
  readonly completions: readonly CompletionDeclaration[]
  readonly menu: readonly MenuEntry[]
  /** Services that it gives to other plugins: name, and the version of what it gives. */
  readonly provides: Readonly<Record<string, string>>
  /** Services that it takes from other plugins: name, and a semver range. */
  readonly requires: Readonly<Record<string, string>>
  readonly configSchema: Readonly<Record<string, ConfigField>>
  /** Defaults of its configuration that hold in one environment alone, as `production`. */
  readonly environments: Readonly<Record<string, Readonly<Record<string, JsonValue>>>>
  /** What it cannot work without. */
  readonly permissions: Permissions
  /** What it can make use of. */
  readonly optionalPermissions: Permissions
  readonly limits: Limits
  /** Where newer versions are, when it came from no marketplace. */
  readonly update?: UpdateSource
}

/** Where newer versions of a plugin are. */
export interface UpdateSource {
  /** `npm:@acme/notes`, `github:acme/notes`, or an https address. */
  readonly source: string
}

/** What runs a plugin's entry. */
export type Runtime = 'node' | 'python' | 'executable' | 'wasm'

/** Semver ranges of what a plugin runs on. */
export interface Engines {
  readonly milkbottle?: string
  readonly node?: string
  readonly python?: string
}

/** Limits that a plugin asks for; a host may hold it to less. */
export interface Limits {
  readonly memoryMb?: number
  readonly cpuSeconds?: number
  readonly wallSeconds?: number
  readonly processes?: number
  readonly fileMb?: number
}

/** What an argument or option of a command takes. */
export type ValueType =
  | 'string'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'file'
  | 'dir'
  | 'url'
  | 'secret'

/** What arguments and options have in common. */
export interface ValueDeclaration {
  readonly name: string
  readonly summary?: string
  readonly type: ValueType
  readonly required: boolean
  readonly choices?: readonly string[]
  readonly default?: JsonValue
  /** For files and folders: what the plugin does with what the person names. Read, when absent. */
  readonly access?: 'read' | 'write'
}

/** A word on the command line, by its place. */
export interface ArgumentDeclaration extends ValueDeclaration {
  /** Takes all words that are left; only the last argument may. */
  readonly variadic: boolean
}

/** A word on the command line, by its name: `--name`. */
export interface OptionDeclaration extends ValueDeclaration {
  /** One letter or digit, for `-x`. */
  readonly short?: string
}

/** A command that a plugin brings. */
export interface CommandDeclaration {
  readonly name: string
  readonly summary: string
  readonly arguments: readonly ArgumentDeclaration[]
  readonly options: readonly OptionDeclaration[]
}

/** Proposes words for what is being typed. */
export interface CompletionDeclaration {
  readonly name: string
  /** One of the plugin's commands. */
  readonly command: string
  /** The argument or option of that command that it proposes; all of them, when absent. */
  readonly value?: string
}

/** An entry of the menu. */
export interface MenuEntry {
  readonly title: string
  /** The plugin's command that it starts. */
  readonly command: string
}

/** What a field of a plugin's configuration holds. */
export type ConfigType = ValueType | 'array' | 'object'

/** One field of a plugin's configuration. */
export interface ConfigField {
  readonly type: ConfigType
  readonly default?: JsonValue
  readonly required: boolean
  /** Smallest number, or shortest text or list. */
  readonly min?: number
  /** Largest number, or longest text or list. */
  readonly max?: number
  readonly choices?: readonly JsonValue[]
  readonly description?: string
}
