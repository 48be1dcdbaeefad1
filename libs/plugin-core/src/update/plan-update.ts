import semver from 'semver'
import { neutralText } from '@mb/manifest'
import type { UpdatePolicy } from '../configuration/plugin-settings.ts'
import type { HeldOffer, HoldKind, UpdateOffer } from './update-offer.ts'

/** What decides which newer version a plugin may become. */
export interface UpdateRule {
  /** The version that is active. */
  readonly present: string
  /** The key that its packages have to be signed with; undefined while none is pinned. */
  readonly pinnedKey: string | undefined
  readonly policy: UpdatePolicy
  readonly cooldownSeconds: number
  /** Milliseconds since 1970. */
  readonly now: number
  /** The version that the person named, which policy and cooldown then do not hold back. */
  readonly wanted?: string | undefined
}

/** A plugin as it is, and what there is of it. */
export interface UpdateQuestion<Offer extends UpdateOffer> extends UpdateRule {
  /** All that its repository has, in any order. */
  readonly offers: readonly Offer[]
  /** Why a version cannot run on this machine; undefined when it can. */
  readonly whyUnfit?: ((offer: Offer) => string | undefined) | undefined
}

/** What a plugin becomes, and what it does not. */
export interface UpdatePlan<Offer extends UpdateOffer> {
  /** Absent when it stays as it is. */
  readonly next?: Offer
  /** Versions above that one, the newest first, each with what keeps it out. */
  readonly held: readonly HeldOffer[]
}

/**
 * Chooses the newest version that nothing holds back. It is never older than the present one, never outside of the
 * policy, never younger than the cooldown, and always by the pinned signer.
 */
export function planUpdate<Offer extends UpdateOffer>(
  question: UpdateQuestion<Offer>,
): UpdatePlan<Offer> {
  const held: HeldOffer[] = []
  for (const offer of candidates(question)) {
    const obstacle = findObstacle(offer, question)
    if (obstacle === undefined) return { next: offer, held }
    held.push({ version: offer.version, ...obstacle })
  }
  return { held }
}

/** Newest first. What is no version at all is no candidate; what is older is one only when it was named. */
function candidates<Offer extends UpdateOffer>({
  offers,
  present,
  wanted,
}: UpdateQuestion<Offer>): readonly Offer[] {
  const known = offers.filter(({ version }) => semver.valid(version) === version)
  const considered =
    wanted === undefined
      ? known.filter(({ version }) => semver.gt(version, present))
      : known.filter(({ version }) => version === wanted && version !== present)
  return considered.toSorted((a, b) => semver.rcompare(a.version, b.version))
}

type Obstacle = Omit<HeldOffer, 'version'>

function findObstacle<Offer extends UpdateOffer>(
  offer: Offer,
  question: UpdateQuestion<Offer>,
): Obstacle | undefined {
  return (
    whyOlder(offer, question) ??
    whySigner(offer, question) ??
    whyYanked(offer) ??
    whyUnfit(offer, question) ??
    (question.wanted === undefined
      ? (whyPrerelease(offer, question) ?? whyPolicy(offer, question) ?? whyYoung(offer, question))
      : undefined)
  )
}

/**
 * Why an update of another plugin may not bring a version along; undefined when it may.
 *
 * @param rule - `present` is the version that is installed, undefined where there is none
 */
export function whyNotYet(
  offer: UpdateOffer,
  rule: Pick<UpdateRule, 'policy' | 'cooldownSeconds' | 'now'> & {
    readonly present: string | undefined
  },
): string | undefined {
  const { present } = rule
  const young = whyYoung(offer, rule)
  if (present === undefined) return young?.reason
  if (offer.version === present) return undefined
  const installed = { ...rule, present }
  return (whyOlder(offer, installed) ?? whyPolicy(offer, installed) ?? young)?.reason
}

function whyOlder(
  { version }: UpdateOffer,
  { present }: Pick<UpdateRule, 'present'>,
): Obstacle | undefined {
  return semver.gt(version, present)
    ? undefined
    : hold(
        'older',
        `it is older than ${present}, which is installed: mended faults would come back`,
      )
}

function whySigner({ keyId }: UpdateOffer, { pinnedKey }: UpdateRule): Obstacle | undefined {
  if (pinnedKey === undefined || keyId === pinnedKey) return undefined
  if (keyId === undefined)
    return hold(
      'unsigned',
      `nobody signed it, and the versions before it were signed with key ${shortKey(pinnedKey)}`,
    )
  return hold(
    'signer',
    `it is signed with key ${shortKey(keyId)}, and the versions before it were signed with ${shortKey(pinnedKey)}`,
  )
}

function whyYanked({ yanked }: UpdateOffer): Obstacle | undefined {
  if (yanked === undefined) return undefined
  const reason = neutralText(yanked, 200)
  return hold('yanked', `it was taken back${reason === '' ? '' : `: ${reason}`}`)
}

function whyUnfit<Offer extends UpdateOffer>(
  offer: Offer,
  question: UpdateQuestion<Offer>,
): Obstacle | undefined {
  const reason = question.whyUnfit?.(offer)
  return reason === undefined ? undefined : hold('unfit', neutralText(reason, 300))
}

/** As npm does it: a prerelease leads only to what comes of the same version. */
function whyPrerelease({ version }: UpdateOffer, { present }: UpdateRule): Obstacle | undefined {
  const [next, now] = [semver.parse(version), semver.parse(present)]
  if (next === null || next.prerelease.length === 0) return undefined
  const isSameLine = now !== null && now.prerelease.length > 0 && next.compareMain(now) === 0
  return isSameLine ? undefined : hold('prerelease', 'it is a prerelease')
}

function whyPolicy(
  { version }: UpdateOffer,
  { present, policy }: Pick<UpdateRule, 'present' | 'policy'>,
): Obstacle | undefined {
  const reason = policyReasons[policy](version, present)
  return reason === undefined ? undefined : hold('policy', reason)
}

type Reason = (version: string, present: string) => string | undefined

const policyReasons: Readonly<Record<UpdatePolicy, Reason>> = {
  latest: () => undefined,
  minor: (version, present) =>
    semver.satisfies(version, `^${present}`)
      ? undefined
      : `it may break what works with ${present}, and the policy is "minor"`,
  patch: (version, present) =>
    semver.satisfies(version, `~${present}`)
      ? undefined
      : `it does more than mend ${present}, and the policy is "patch"`,
  pinned: (_version, present) => `the plugin is pinned to ${present}`,
  none: () => 'the policy is "none"',
}

const secondMs = 1000

function whyYoung(
  { publishedAt }: UpdateOffer,
  { cooldownSeconds, now }: Pick<UpdateRule, 'cooldownSeconds' | 'now'>,
): Obstacle | undefined {
  if (cooldownSeconds <= 0) return undefined
  const published = publishedAt === undefined ? Number.NaN : Date.parse(publishedAt)
  // Whoever could leave the time out, or write nonsense, would not have to wait.
  if (Number.isNaN(published)) return hold('cooldown', 'it is not known when it was published')
  const until = published + cooldownSeconds * secondMs
  if (now >= until) return undefined
  return hold('cooldown', `it is too new: it waits until ${timeOf(until)}`)
}

const latestTime = 8_640_000_000_000_000

function timeOf(time: number): string {
  return new Date(Math.min(time, latestTime)).toISOString()
}

function hold(kind: HoldKind, reason: string): Obstacle {
  return { kind, reason }
}

/** Enough of a key id to tell keys apart by eye. */
function shortKey(keyId: string): string {
  return neutralText(keyId.slice(0, 16), 16)
}
