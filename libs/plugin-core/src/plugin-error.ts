import { MbError, type ErrorKind, type MbErrorOptions } from '@mb/kernel'

/** Codes thrown by this package. */
export type PluginErrorCode =
  | 'MB_HOME_UNUSABLE'
  | 'MB_HOME_BUSY'
  | 'MB_STATE_BROKEN'
  | 'MB_GRANTS_BROKEN'
  | 'MB_PLUGIN_NOT_FOUND'
  | 'MB_PLUGIN_AMBIGUOUS'
  | 'MB_PLUGIN_DISABLED'
  | 'MB_PLUGIN_TAMPERED'
  | 'MB_PLUGIN_CONFLICT'
  | 'MB_PLUGIN_RESOLVE_LIMIT'
  | 'MB_LOCKFILE_INVALID'
  | 'MB_LOCKFILE_MISSING'
  | 'MB_LOCKFILE_OUTDATED'
  | 'MB_LOCKFILE_MISMATCH'
  | 'MB_PLUGIN_SOURCE'
  | 'MB_PLUGIN_SOURCE_MISSING'
  | 'MB_PLUGIN_ENTRY_MISSING'
  | 'MB_PLUGIN_LINK'
  | 'MB_SOURCE_INVALID'
  | 'MB_SOURCE_AMBIGUOUS'
  | 'MB_SOURCE_UNTRUSTED'
  | 'MB_SOURCE_ADDRESS'
  | 'MB_SOURCE_FETCH'
  | 'MB_SOURCE_NOT_FOUND'
  | 'MB_SOURCE_ASSET'
  | 'MB_SOURCE_TOO_LARGE'
  | 'MB_SOURCE_CHECKSUM'
  | 'MB_SOURCE_NPM'
  | 'MB_PLUGIN_PLATFORM'
  | 'MB_PLUGIN_ENGINE'
  | 'MB_PLUGIN_PACKAGES'
  | 'MB_PLUGIN_EXISTS'
  | 'MB_PLUGIN_NOT_KEPT'
  | 'MB_PLUGIN_NEEDED'
  | 'MB_PLUGIN_SET_INVALID'
  | 'MB_PLUGIN_SET_EXISTS'
  | 'MB_PLUGIN_UNSIGNED'
  | 'MB_PLUGIN_SIGNER_CHANGED'
  | 'MB_PLUGIN_NAMESPACE'
  | 'MB_PLUGIN_NOT_AS_PROMISED'
  | 'MB_PLUGIN_SCAN_BLOCKED'
  | 'MB_PLUGIN_SCAN_FAILED'
  | 'MB_APPROVAL_INVALID'
  | 'MB_APPROVAL_MISSING'
  | 'MB_PLUGIN_CONSENT_NEEDED'
  | 'MB_PLUGIN_CONSENT_DENIED'
  | 'MB_COMMAND_CLASH'
  | 'MB_COMMAND_WORD'
  | 'MB_PLUGIN_RUNTIME'
  | 'MB_PLUGIN_COMMAND'
  | 'MB_PLUGIN_CONFIG'
  | 'MB_PLUGIN_USAGE'
  | 'MB_PLUGIN_DATA'
  | 'MB_PLUGIN_BUSY'
  | 'MB_PLUGIN_UPDATE_FAILED'
  | 'MB_PERMISSION_UNSUPPORTED'
  | 'MB_PERMISSION_PATH'
  | 'MB_PERMISSION_UNKNOWN'
  | 'MB_PLUGIN_LOAD'
  | 'MB_PLUGIN_FAILED'
  | 'MB_PLUGIN_DEADLINE'
  | 'MB_PLUGIN_PROTOCOL'
  | 'MB_PLUGIN_CRASHED'
  | 'MB_PLUGIN_LIMIT'
  | 'MB_STORE_LIMIT'
  | 'MB_STORE_BROKEN'
  | 'MB_CONFIG_NOT_FOUND'
  | 'MB_CONFIG_AMBIGUOUS'
  | 'MB_CONFIG_SYNTAX'
  | 'MB_CONFIG_TOO_LARGE'
  | 'MB_CONFIG_UNKNOWN_KEY'
  | 'MB_CONFIG_VALUE'
  | 'MB_CONFIG_VARIABLE'
  | 'MB_CONFIG_FORBIDDEN'
  | 'MB_CONFIG_FORMAT'

/** What each code means. */
export const pluginErrors: Readonly<Record<PluginErrorCode, ErrorKind>> = {
  // Home
  MB_HOME_UNUSABLE: {
    category: 'resource',
    summary:
      'The home folder is a file, holds a link where a folder belongs, or cannot be written.',
  },
  MB_HOME_BUSY: {
    category: 'resource',
    summary: 'Another process kept changing the installed plugins for too long.',
  },
  MB_STATE_BROKEN: {
    category: 'resource',
    summary: 'The database of installed plugins is damaged, or was written by a later version.',
  },
  MB_GRANTS_BROKEN: {
    category: 'configuration',
    outcome: 'refused',
    summary: 'The file of grants cannot be read; nothing is granted until it can.',
  },
  // Installed plugins
  MB_PLUGIN_NOT_FOUND: {
    category: 'loading',
    outcome: 'not-found',
    summary: 'No plugin of that name is installed.',
  },
  MB_PLUGIN_AMBIGUOUS: {
    category: 'loading',
    outcome: 'usage',
    summary: 'A bare name belongs to plugins of several namespaces.',
  },
  MB_PLUGIN_DISABLED: {
    category: 'loading',
    outcome: 'refused',
    summary: 'The plugin is switched off.',
  },
  MB_PLUGIN_TAMPERED: {
    category: 'loading',
    outcome: 'refused',
    summary: 'The installed files are not the ones that were verified at install.',
  },
  // Resolution
  MB_PLUGIN_CONFLICT: {
    category: 'operation',
    outcome: 'refused',
    summary: 'The plugins that are needed do not fit together, or one of them cannot be had.',
  },
  MB_PLUGIN_RESOLVE_LIMIT: {
    category: 'operation',
    outcome: 'refused',
    summary:
      'What plugins need of each other is more, or more tangled, than anybody would make it.',
  },
  // Lockfile
  MB_LOCKFILE_INVALID: {
    category: 'configuration',
    outcome: 'usage',
    summary: 'The lockfile of a project has another form, or marks of a merge.',
  },
  MB_LOCKFILE_MISSING: {
    category: 'configuration',
    outcome: 'not-found',
    summary: 'The project has no lockfile, or requires no plugins.',
  },
  MB_LOCKFILE_OUTDATED: {
    category: 'configuration',
    outcome: 'refused',
    summary: 'The lockfile does not fit what the project requires, and may not be changed.',
  },
  MB_LOCKFILE_MISMATCH: {
    category: 'operation',
    outcome: 'refused',
    summary: 'What came, or what is installed, is not what the lockfile of the project pins.',
  },
  // Install
  MB_PLUGIN_SOURCE: {
    category: 'loading',
    outcome: 'usage',
    summary: 'What was to be installed is neither a plugin folder nor an archive.',
  },
  MB_PLUGIN_SOURCE_MISSING: {
    category: 'loading',
    outcome: 'not-found',
    summary: 'What was to be installed does not exist.',
  },
  MB_PLUGIN_ENTRY_MISSING: {
    category: 'loading',
    summary: 'The file that the manifest names as entry is not in the package.',
  },
  MB_PLUGIN_PLATFORM: {
    category: 'loading',
    outcome: 'refused',
    summary: 'A plugin is made for other systems or processors than this machine.',
  },
  MB_PLUGIN_ENGINE: {
    category: 'loading',
    outcome: 'refused',
    summary: 'A plugin needs another version of MilkBottle, Node or Python than there is here.',
  },
  MB_PLUGIN_PACKAGES: {
    category: 'loading',
    summary: 'Packages of its language that a plugin needs were not packaged with it.',
  },
  MB_PLUGIN_LINK: {
    category: 'loading',
    outcome: 'not-found',
    summary:
      'The folder of a linked plugin is gone, is a link itself, or holds another plugin now.',
  },
  MB_SOURCE_INVALID: {
    category: 'operation',
    outcome: 'usage',
    summary:
      'What was to be installed, or trusted, is written in no way that can be understood, or in one that is refused.',
  },
  MB_SOURCE_AMBIGUOUS: {
    category: 'operation',
    outcome: 'usage',
    summary: 'What was to be installed is the name of a folder here, and may be that of a plugin.',
  },
  MB_SOURCE_UNTRUSTED: {
    category: 'operation',
    outcome: 'refused',
    summary: 'The source is none of those that the person trusts, or leads on to one that is not.',
  },
  MB_SOURCE_ADDRESS: {
    category: 'operation',
    outcome: 'refused',
    summary:
      'A source leads to an address that is not public, such as this machine or its network, or is not encrypted.',
  },
  MB_SOURCE_FETCH: {
    category: 'resource',
    outcome: 'network',
    summary: 'A source on the network cannot be reached, or does not answer as it has to.',
  },
  MB_SOURCE_NOT_FOUND: {
    category: 'resource',
    outcome: 'not-found',
    summary: 'The source has no such archive, package or release.',
  },
  MB_SOURCE_ASSET: {
    category: 'operation',
    outcome: 'usage',
    summary: 'A release has no archive, or several, and none of them was named.',
  },
  MB_SOURCE_TOO_LARGE: {
    category: 'resource',
    outcome: 'refused',
    summary: 'What comes from a source is larger than a package may be.',
  },
  MB_SOURCE_CHECKSUM: {
    category: 'loading',
    outcome: 'refused',
    summary: 'What came from a source does not have the digest that it has to have.',
  },
  MB_SOURCE_NPM: {
    category: 'resource',
    summary: 'The npm of this machine is missing, or failed to fetch a package.',
  },
  MB_PLUGIN_EXISTS: {
    category: 'operation',
    outcome: 'refused',
    summary: 'This version is installed already, with other content.',
  },
  MB_PLUGIN_NOT_KEPT: {
    category: 'operation',
    outcome: 'not-found',
    summary:
      'The files of that version of the plugin are not kept, so that nothing can go back to it.',
  },
  MB_PLUGIN_NEEDED: {
    category: 'operation',
    outcome: 'refused',
    summary: 'Other plugins need this one, or this version of it.',
  },
  MB_PLUGIN_SET_INVALID: {
    category: 'operation',
    outcome: 'usage',
    summary: 'A file of exported plugins has another form, or names what it may not name.',
  },
  MB_PLUGIN_SET_EXISTS: {
    category: 'operation',
    outcome: 'refused',
    summary: 'There is something already where plugins were to be exported to.',
  },
  MB_PLUGIN_UNSIGNED: {
    category: 'operation',
    outcome: 'refused',
    summary:
      'The package has no signature where one is required: earlier ones had, or a key was named.',
  },
  MB_PLUGIN_SIGNER_CHANGED: {
    category: 'operation',
    outcome: 'refused',
    summary:
      'The package is signed by another key than required, or than the one pinned at first install.',
  },
  MB_PLUGIN_NAMESPACE: {
    category: 'operation',
    outcome: 'refused',
    summary: 'The package was signed for another namespace than the one it was to be installed in.',
  },
  MB_PLUGIN_NOT_AS_PROMISED: {
    category: 'loading',
    outcome: 'refused',
    summary: 'A marketplace offered or sent another package than it was asked for or promised.',
  },
  MB_PLUGIN_SCAN_BLOCKED: {
    category: 'loading',
    outcome: 'refused',
    summary: "The scan of the plugin's code found what nobody should run.",
  },
  MB_PLUGIN_SCAN_FAILED: {
    category: 'loading',
    outcome: 'refused',
    summary: "The plugin's code could not be scanned, and what was not scanned is not installed.",
  },
  MB_APPROVAL_INVALID: {
    category: 'configuration',
    outcome: 'usage',
    summary: 'A file of approvals has another form, or others may write to it.',
  },
  MB_APPROVAL_MISSING: {
    category: 'operation',
    outcome: 'refused',
    summary: 'Nothing in a file of approvals is about this very package.',
  },
  MB_PLUGIN_CONSENT_NEEDED: {
    category: 'operation',
    outcome: 'refused',
    summary: 'A person has to agree to what the plugin asks for, and there was nobody to ask.',
  },
  MB_PLUGIN_CONSENT_DENIED: {
    category: 'operation',
    outcome: 'refused',
    summary: 'The person did not agree to what the plugin asks for.',
  },
  MB_COMMAND_CLASH: {
    category: 'operation',
    outcome: 'refused',
    summary: 'A command word of the plugin is taken by another plugin or by the program itself.',
  },
  MB_COMMAND_WORD: {
    category: 'operation',
    outcome: 'usage',
    summary:
      'A chosen command word has a wrong form, or is for a command that the plugin does not have.',
  },
  // Update
  MB_PLUGIN_DATA: {
    category: 'resource',
    summary: 'What a plugin keeps cannot be copied, so that its update could not be undone.',
  },
  MB_PLUGIN_BUSY: {
    category: 'resource',
    summary: 'A plugin kept changing what it keeps while it was to be updated.',
  },
  MB_PLUGIN_UPDATE_FAILED: {
    category: 'operation',
    summary:
      'A new version could not take over what the old one keeps, or said that it cannot work; the old one stays.',
  },
  // Run
  MB_PLUGIN_RUNTIME: {
    category: 'loading',
    outcome: 'refused',
    summary:
      'This machine lacks what runs plugins of that language, or this version cannot run them yet.',
  },
  MB_PLUGIN_CONFIG: {
    category: 'configuration',
    outcome: 'failure',
    summary: "The settings of a plugin do not fit its manifest's schema.",
  },
  MB_PLUGIN_COMMAND: {
    category: 'operation',
    outcome: 'not-found',
    summary: 'The plugin has no command of that name.',
  },
  MB_PLUGIN_USAGE: {
    category: 'operation',
    outcome: 'usage',
    summary: 'An argument or option of a command is missing, unknown, or of the wrong type.',
  },
  MB_PERMISSION_UNSUPPORTED: {
    category: 'operation',
    outcome: 'refused',
    summary:
      'The plugin was granted what this version cannot enforce yet, so it is not run at all.',
  },
  MB_PERMISSION_PATH: {
    category: 'operation',
    outcome: 'refused',
    summary:
      'A path that was granted or named leads out of its folder, or holds the files of MilkBottle itself.',
  },
  MB_PERMISSION_UNKNOWN: {
    category: 'operation',
    outcome: 'usage',
    summary: 'The plugin neither has nor asks for a permission of that name.',
  },
  MB_PLUGIN_LOAD: {
    category: 'loading',
    summary: 'The code of the plugin cannot be imported, or is no plugin.',
  },
  MB_PLUGIN_FAILED: {
    category: 'operation',
    summary: 'The code of the plugin threw an error.',
  },
  MB_PLUGIN_DEADLINE: {
    category: 'operation',
    summary: 'A stage of the plugin took longer than it may.',
  },
  MB_PLUGIN_PROTOCOL: {
    category: 'operation',
    summary: 'The plugin broke the rules of its connection to the host and was ended.',
  },
  MB_PLUGIN_CRASHED: {
    category: 'operation',
    summary: 'The process of the plugin ended before its command did.',
  },
  MB_PLUGIN_LIMIT: {
    category: 'resource',
    summary: 'The plugin used more memory, time or output than it may and was ended.',
  },
  MB_STORE_LIMIT: {
    category: 'resource',
    summary: 'A plugin wanted to keep more values, or larger ones, than it may.',
  },
  MB_STORE_BROKEN: {
    category: 'resource',
    summary: 'The database of the values that plugins keep is damaged, or cannot be written.',
  },
  // Configuration
  MB_CONFIG_NOT_FOUND: {
    category: 'configuration',
    outcome: 'not-found',
    summary: 'The configuration file that was named does not exist.',
  },
  MB_CONFIG_AMBIGUOUS: {
    category: 'configuration',
    outcome: 'usage',
    summary: 'Two configuration files of different format stand in the same folder.',
  },
  MB_CONFIG_SYNTAX: {
    category: 'configuration',
    outcome: 'usage',
    summary: 'A configuration file is not valid YAML, JSON or TOML, or holds more than plain data.',
  },
  MB_CONFIG_TOO_LARGE: {
    category: 'configuration',
    outcome: 'usage',
    summary: 'A configuration file is larger than 1 MB.',
  },
  MB_CONFIG_UNKNOWN_KEY: {
    category: 'configuration',
    outcome: 'usage',
    summary: 'A setting of that name does not exist in this version.',
  },
  MB_CONFIG_VALUE: {
    category: 'configuration',
    outcome: 'usage',
    summary: 'A setting has a value of the wrong type or outside its range.',
  },
  MB_CONFIG_VARIABLE: {
    category: 'configuration',
    outcome: 'usage',
    summary: 'A setting uses an environment variable that is not set.',
  },
  MB_CONFIG_FORBIDDEN: {
    category: 'configuration',
    outcome: 'refused',
    summary: 'A project file sets what only the person may set, or loosens a protection.',
  },
  MB_CONFIG_FORMAT: {
    category: 'configuration',
    summary: 'The settings are in a form that can be read, and not be changed by a command.',
  },
}

/** Thrown by `@mb/plugin-core`. */
export class PluginError extends MbError<PluginErrorCode> {
  constructor(code: PluginErrorCode, message: string, options?: MbErrorOptions) {
    super(code, message, pluginErrors[code], options)
  }
}
