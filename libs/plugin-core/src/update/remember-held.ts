import type { UpdatePolicy } from '../configuration/plugin-settings.ts'
import { commitChange, type ChangeContext } from '../install/commit-change.ts'
import { findPlugin } from '../store/find-plugin.ts'
import type { InstalledPlugin } from '../store/installed-plugin.ts'
import { installedPlugin } from '../store/plugin-record.ts'
import { readState } from '../store/state.ts'
import type { HeldOffer } from './update-offer.ts'

/** Those that somebody has to do something about; of the others time or a policy takes care. */
const lasting: ReadonlySet<HeldOffer['kind']> = new Set([
  'permissions',
  'scan',
  'signer',
  'unsigned',
  'failed',
])

/** Remembers which update of a plugin waits, and why; and forgets one that does not wait any more. */
export async function rememberHeld(
  id: string,
  held: readonly HeldOffer[],
  context: ChangeContext,
): Promise<void> {
  const waiting = held.find(({ kind }) => lasting.has(kind))
  const isKnown = (present: { version: string; reason: string } | undefined): boolean =>
    present?.version === waiting?.version && present?.reason === waiting?.reason
  const present = readState(context.layout).plugins.find((record) => record.id === id)
  if (present === undefined || isKnown(present.held)) return
  await commitChange(context, async ({ plugins }) => {
    const record = plugins.find((plugin) => plugin.id === id)
    if (record === undefined || isKnown(record.held)) return { result: undefined }
    const { held: _, ...rest } = record
    const at = new Date(context.clock.now()).toISOString()
    const next =
      waiting === undefined
        ? rest
        : { ...rest, held: { version: waiting.version, reason: waiting.reason, at } }
    const from = record.manifest.version
    return {
      plan: { parts: [] },
      apply: (change) => change.put(next),
      history:
        waiting === undefined
          ? []
          : [{ id, action: 'hold', from, to: waiting.version, reason: waiting.reason }],
      result: undefined,
    }
  })
}

/**
 * Sets which newer versions a plugin may become, whatever the settings say.
 *
 * @param policy undefined for what the settings say
 * @throws PluginError `MB_PLUGIN_NOT_FOUND`, `MB_PLUGIN_AMBIGUOUS`
 */
export async function setUpdatePolicy(
  name: string,
  policy: UpdatePolicy | undefined,
  context: ChangeContext,
): Promise<InstalledPlugin> {
  const { layout } = context
  findPlugin(readState(layout).plugins, name)
  return await commitChange(context, async ({ plugins }) => {
    const record = findPlugin(plugins, name)
    const { updates, ...rest } = record
    const next = policy === undefined ? rest : { ...rest, updates: policy }
    const result = installedPlugin(next, layout)
    if (updates === policy) return { result }
    return {
      plan: { parts: [] },
      apply: (change) => change.put(next),
      history: [],
      result,
    }
  })
}
