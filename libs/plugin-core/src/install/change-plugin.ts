import { readGrants, type PluginTrust } from '../consent/grants.ts'
import { findPlugin } from '../store/find-plugin.ts'
import { installedPlugin, type PluginRecord } from '../store/plugin-record.ts'
import type { InstalledPlugin } from '../store/installed-plugin.ts'
import { readState } from '../store/state.ts'
import { commitChange, type ChangeBody, type ChangeContext } from './commit-change.ts'

/**
 * Switches a plugin on or off. One that is off cannot be run and has no commands; its words stay its own.
 *
 * @throws PluginError `MB_PLUGIN_NOT_FOUND`, `MB_PLUGIN_AMBIGUOUS`
 */
export async function setPluginEnabled(
  name: string,
  enabled: boolean,
  context: ChangeContext,
): Promise<InstalledPlugin> {
  return await changePlugin(name, context, async (record) => {
    const next = { ...record, enabled }
    const result = installedPlugin(next, context.layout)
    if (record.enabled === enabled) return { result }
    const { version } = record.manifest
    return {
      plan: { parts: [] },
      apply: (state) => state.put(next),
      history: [
        { id: record.id, action: enabled ? 'enable' : 'disable', from: version, to: version },
      ],
      result,
    }
  })
}

/** What becomes of the trust in a plugin, and what is remembered of it. */
export interface TrustChange {
  readonly after: PluginTrust
  readonly action: 'grant' | 'revoke'
  /** In words for a person. */
  readonly reason?: string
}

/**
 * Sets or takes away the grant of a plugin, or part of it.
 *
 * @param change - what it comes to, decided on when nobody else can change it any more; undefined for nothing
 * @throws PluginError `MB_PLUGIN_NOT_FOUND`, `MB_PLUGIN_AMBIGUOUS`
 */
export async function setPluginTrust(
  name: string,
  change: (trust: PluginTrust, record: PluginRecord) => TrustChange | undefined,
  context: ChangeContext,
): Promise<InstalledPlugin> {
  return await changePlugin(name, context, async (record, before) => {
    const { id, manifest } = record
    const { version } = manifest
    const result = installedPlugin(record, context.layout)
    const decided = change(before, record)
    if (decided === undefined) return { result }
    const { after, action, reason } = decided
    return {
      plan: { parts: [{ id, obsolete: [], trust: { before, after } }] },
      apply: () => {},
      history: [{ id, action, from: version, to: version, reason }],
      result,
    }
  })
}

async function changePlugin(
  name: string,
  context: ChangeContext,
  decide: (
    record: PluginRecord,
    trust: PluginTrust,
  ) => Promise<ChangeBody<InstalledPlugin> | { readonly result: InstalledPlugin }>,
): Promise<InstalledPlugin> {
  // What is not there is told before anything is made in the home.
  findPlugin(readState(context.layout).plugins, name)
  return await commitChange(context, async ({ plugins }) => {
    const record = findPlugin(plugins, name)
    const grants = await readGrants(context.layout)
    return await decide(record, grants.get(record.id) ?? {})
  })
}
