import { errorCode } from '@mb/kernel'
import { neutralText } from '@mb/manifest'
import type { UpdatePolicy } from '../configuration/plugin-settings.ts'
import type { ConsentRequest } from '../consent/consent.ts'
import { readGrants } from '../consent/grants.ts'
import type { FetchProgress, Offer, PackageRepository } from '../install/package-repository.ts'
import type { InstallContext, InstallStep } from '../install/install-options.ts'
import { installFrom } from '../install/install-from.ts'
import { whyUnfit } from '../machine/why-unfit.ts'
import { PluginError } from '../plugin-error.ts'
import { Gate } from '../resolve/gate.ts'
import { findPlugin } from '../store/find-plugin.ts'
import type { PluginRecord } from '../store/plugin-record.ts'
import { readState } from '../store/state.ts'
import { planUpdate, type UpdatePlan } from './plan-update.ts'
import type { PluginUpdate } from './plugin-update.ts'
import { markWaiting } from './waiting-offers.ts'
import { rememberHeld } from './remember-held.ts'
import { nobodyToAsk, whyHeld } from './why-held.ts'

/** How plugins are updated. */
export interface UpdateOptions {
  /** Ids or bare names. @default all that are installed */
  readonly names?: readonly string[] | undefined
  /** Says what could be had, and changes nothing. @default false */
  readonly checkOnly?: boolean | undefined
  /** Which newer versions are taken, whatever the settings and the plugins' own policies say. */
  readonly policy?: UpdatePolicy | undefined
  /** The version that one plugin is to become, whatever policy and cooldown say. */
  readonly to?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Told what begins now, and for which plugin. */
  readonly onStep?: ((step: InstallStep, id: string) => void) | undefined
  readonly onProgress?: ((progress: FetchProgress, id: string) => void) | undefined
}

/** Where plugins are updated, and what the settings say of it. */
export interface UpdateContext extends InstallContext {
  readonly policy: UpdatePolicy
  readonly cooldownSeconds: number
  /** How many plugins are asked about at once. */
  readonly maxConcurrent: number
}

/**
 * Looks for newer versions of plugins in the repository that each came from, and makes them real one after the other:
 * fetched, verified, scanned, agreed to and tried out, as any installation. What is held back waits, and the old version
 * goes on running.
 *
 * @returns one for each plugin, in the order of their ids
 * @throws PluginError `MB_PLUGIN_NOT_FOUND`, `MB_PLUGIN_AMBIGUOUS`; what the repository throws when one plugin was named
 */
export async function updatePlugins(
  repository: PackageRepository,
  options: UpdateOptions,
  context: UpdateContext,
): Promise<readonly PluginUpdate[]> {
  const { plugins } = readState(context.layout)
  const records =
    options.names === undefined ? plugins : options.names.map((name) => findPlugin(plugins, name))
  const gate = new Gate(context.maxConcurrent)
  const looked = await Promise.all(
    records.map((record) => gate.through(() => look(record, repository, { options, context }))),
  )
  if (options.checkOnly === true) return looked.map(({ update }) => update)
  const done: PluginUpdate[] = []
  // One after the other: each may ask the person, and each is a change of its own.
  for (const each of looked) done.push(await carryOut(each, repository, { options, context }))
  return done
}

interface Surroundings {
  readonly options: UpdateOptions
  readonly context: UpdateContext
}

/** A plugin, and what could become of it. */
interface Looked {
  readonly update: PluginUpdate
  /** Name of the repository that it came from. */
  readonly origin: string
  readonly failure?: unknown
}

async function look(
  record: PluginRecord,
  repository: PackageRepository,
  around: Surroundings,
): Promise<Looked> {
  const { id, source, link, manifest } = record
  const facts = { id, from: manifest.version, held: [] }
  const origin = originOf(source, id)
  if (origin === undefined || link !== undefined)
    return { update: { ...facts, status: 'unmanaged', reason: whyUnmanaged(record) }, origin: '' }
  const policy = around.options.policy ?? record.updates ?? around.context.policy
  if (policy === 'none' && around.options.to === undefined)
    return { update: { ...facts, status: 'current', reason: 'the policy is "none"' }, origin }
  try {
    const all = await repository.offers(id, { signal: around.options.signal })
    const offers = all.filter((offer) => offer.id === id && offer.repository === origin)
    if (offers.length === 0) {
      const reason = `marketplace ${JSON.stringify(origin)}, where it came from, does not have it`
      return { update: { ...facts, status: 'unmanaged', reason }, origin }
    }
    const plan = await planFor(record, offers, { ...around, policy })
    return { update: { ...facts, ...outcomeOf(plan, offers, around.options) }, origin }
  } catch (failure) {
    around.options.signal?.throwIfAborted()
    if (around.options.names?.length === 1) throw failure
    return { update: { ...facts, ...failed(failure) }, origin, failure }
  }
}

/** The repository that a plugin came from; undefined when it came from none. */
function originOf(source: string, id: string): string | undefined {
  const lead = 'marketplace:'
  const tail = `/${id}`
  return source.startsWith(lead) && source.endsWith(tail)
    ? source.slice(lead.length, -tail.length)
    : undefined
}

function whyUnmanaged({ source, link }: PluginRecord): string {
  return link === undefined
    ? `it came from ${neutralText(source, 200)}: install it from there again`
    : 'it is run in place, as its folder is'
}

async function planFor(
  { id, manifest }: PluginRecord,
  offers: readonly Offer[],
  { options, context, policy }: Surroundings & { readonly policy: UpdatePolicy },
): Promise<UpdatePlan<Offer>> {
  const { signer } = (await readGrants(context.layout)).get(id) ?? {}
  return planUpdate({
    present: manifest.version,
    pinnedKey: signer?.keyId,
    offers,
    policy,
    cooldownSeconds: context.cooldownSeconds,
    now: context.clock.now(),
    wanted: options.to,
    whyUnfit: (offer) => {
      const unfit = whyUnfit(offer)
      return unfit === undefined ? undefined : `it ${unfit.reason}`
    },
  })
}

function outcomeOf(
  { next, held }: UpdatePlan<Offer>,
  offers: readonly Offer[],
  { to }: UpdateOptions,
): Pick<PluginUpdate, 'status' | 'held'> & Partial<PluginUpdate> {
  if (next !== undefined) return { status: 'available', to: next.version, held }
  const [first] = held
  if (first !== undefined) return { status: 'held', to: first.version, reason: first.reason, held }
  const isThere = to === undefined || offers.some(({ version }) => version === to)
  return isThere
    ? { status: 'current', held }
    : {
        status: 'failed',
        to,
        reason: 'there is no such version',
        code: 'MB_PLUGIN_NOT_FOUND',
        held,
      }
}

async function carryOut(
  { update, origin }: Looked,
  repository: PackageRepository,
  { options, context }: Surroundings,
): Promise<PluginUpdate> {
  const { id, to, held } = update
  if (update.status !== 'available' || to === undefined) {
    if (update.status === 'held' || update.status === 'current')
      await rememberHeld(id, held, context)
    return update
  }
  let asked: ConsentRequest | undefined
  const { consent } = context
  try {
    await installFrom(
      onlyFrom(origin, id, repository, context),
      `${id}@${to}`,
      {
        signal: options.signal,
        onStep: (step) => options.onStep?.(step, id),
        onProgress: (progress) => options.onProgress?.(progress, id),
      },
      {
        ...context,
        consent: async (request) => {
          asked = request
          if (consent === undefined) throw nobodyToAsk(id)
          return await consent(request)
        },
      },
    )
    await rememberHeld(id, held, context)
    return { ...update, status: 'updated' }
  } catch (error) {
    options.signal?.throwIfAborted()
    const reason = whyHeld(to, error, asked)
    if (reason === undefined) {
      if (options.names?.length === 1) throw error
      return { ...update, ...failed(error) }
    }
    const waiting = [...held, reason]
    await rememberHeld(id, [reason, ...held], context)
    const code = errorCode(error)
    return {
      ...update,
      status: reason.kind === 'failed' ? 'failed' : 'held',
      reason: reason.reason,
      ...(code === undefined ? {} : { code }),
      held: waiting,
    }
  }
}

/** What another repository has under the same name is another plugin; what comes along has to wait as well. */
function onlyFrom(
  origin: string,
  id: string,
  repository: PackageRepository,
  { layout, policy, cooldownSeconds, clock }: UpdateContext,
): PackageRepository {
  return {
    offers: async (plugin, options) => {
      const offers = await repository.offers(plugin, options)
      if (plugin === id) return offers.filter((offer) => offer.repository === origin)
      const installed = readState(layout).plugins
      return markWaiting(offers, { installed, policy, cooldownSeconds, now: clock.now() })
    },
    find: async (spec, options) => {
      const found = await repository.find(spec, options)
      if (found.id !== id || neutralText(found.repository, 64) === origin) return found
      throw new PluginError(
        'MB_PLUGIN_NOT_AS_PROMISED',
        `Cannot update "${id}": it came from marketplace ${JSON.stringify(origin)}, and ${JSON.stringify(neutralText(found.repository, 64))} offers it now`,
        { hint: 'Install it anew, if that is what you want' },
      )
    },
  }
}

function failed(error: unknown): Pick<PluginUpdate, 'status' | 'reason'> & { code?: string } {
  const code = errorCode(error)
  return {
    status: 'failed',
    reason: neutralText(error instanceof Error ? error.message : String(error), 500),
    ...(code === undefined ? {} : { code }),
  }
}
