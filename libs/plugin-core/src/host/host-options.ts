import type { Clock, Logger } from '@mb/kernel'
import type { ReceiptItem } from '@mb/sandbox'
import type { LoadedConfiguration } from '../configuration/load-configuration.ts'
import type { Consent } from '../consent/consent.ts'
import type { ListRemote } from '../discovery/remote-plugins.ts'
import type { NetworkWay } from '../fetch/network-way.ts'
import type { Scan } from '../install/scan.ts'
import type { RunRequest } from '../run/run-request.ts'

/** What a host is opened with. */
export interface PluginHostOptions {
  /** Where plugins, grants and data lie. Made by the first install, not by opening. */
  readonly home: string
  /** The folder that the person is in. @default process.cwd() */
  readonly workspace?: string
  /** Asks the person. Without it nothing is granted, so nothing is installed. */
  readonly consent?: Consent | undefined
  /** Judges the code of what is installed. Without it nothing is scanned. */
  readonly scan?: Scan | undefined
  /** Words that no plugin's command may have: the program's own. */
  readonly reservedWords?: Iterable<string>
  /** The settings in force: limits, and what a sandbox has to prove. */
  readonly configuration?: Pick<LoadedConfiguration, 'values'> | undefined
  /** How this machine reaches others, for plugins whose health is looked at. @default directly */
  readonly network?: RunRequest['network']
  /** What a sandbox has to prove, above the settings. @default what they say, else all of level `sandbox` */
  readonly minimum?: readonly ReceiptItem[] | undefined
  /** How sources on the network are reached. @default as the system does, through the proxy that its variables name */
  readonly fetching?: NetworkWay | undefined
  /** Asks marketplaces for what they offer. Without it nothing is discovered there. */
  readonly listRemote?: ListRemote | undefined
  readonly logger?: Logger
  readonly clock?: Clock
}

/** How a command is run. */
export type HostRunOptions = Pick<
  RunRequest,
  'arguments' | 'options' | 'stdio' | 'stdin' | 'interactive' | 'network' | 'signal' | 'onProgress'
>
