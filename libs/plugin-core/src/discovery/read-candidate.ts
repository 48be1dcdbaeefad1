import { basename, dirname, join } from 'node:path'
import {
  factsOf,
  manifestFiles,
  peekArchive,
  peekManifest,
  type ManifestFacts,
  type ManifestFormat,
} from '@mb/manifest/peek'
import type { Candidate } from './candidate.ts'
import type { DiscoveryProblem } from './discovered-plugin.ts'
import type { UnpackingBudget } from './budget.ts'
import { lookAt, readPlain } from './look.ts'
import { problem, problemOfError, problemOfFinding } from './problem.ts'

/** What a candidate turned out to be. */
export interface Reading {
  /** Undefined for what is no plugin; then one of the problems is an error. */
  readonly facts: ManifestFacts | undefined
  readonly problems: readonly DiscoveryProblem[]
  /** Whether its whole manifest was judged, and not only what is shown. */
  readonly isChecked: boolean
}

/** How candidates are read. */
export interface ReadingOptions {
  /** Judges the whole manifest, which takes the schema; else only where a glance does not do. */
  readonly check: boolean
  /** How much may be unpacked to find manifests, of all that are read with it. */
  readonly unpacking: UnpackingBudget
  readonly signal?: AbortSignal | undefined
}

const maxManifestBytes = 1024 * 1024

/** Reads what a candidate says of itself. Nothing of it is run, written or unpacked; whatever is wrong is a problem. */
export async function readCandidate(
  candidate: Candidate,
  options: ReadingOptions,
): Promise<Reading> {
  try {
    const manifest = await manifestOf(candidate, options)
    if (manifest === undefined) return broken(noManifest)
    return await judge(manifest, options.check)
  } catch (error) {
    options.signal?.throwIfAborted()
    return broken(error instanceof Refused ? error.problem : problemOfError(error))
  }
}

class Refused extends Error {
  readonly problem: DiscoveryProblem

  constructor(why: DiscoveryProblem) {
    super(why.message)
    this.problem = why
  }
}

interface ManifestText {
  readonly text: string
  readonly format: ManifestFormat
}

async function manifestOf(
  { form, file }: Candidate,
  { unpacking, signal }: ReadingOptions,
): Promise<ManifestText | undefined> {
  if (form !== 'archive') {
    checkOnly(file)
    return textOf(readPlain(file, maxManifestBytes), file)
  }
  const found = await peekArchive(file, {
    maxUnpackedBytes: unpacking.next,
    onUnpacked: (bytes) => unpacking.take(bytes),
    signal,
  })
  return found === undefined ? undefined : textOf(found.bytes, found.file)
}

/** Of two manifests in one folder, readers would disagree on which counts. */
function checkOnly(file: string): void {
  const other = manifestFiles
    .map((name) => join(dirname(file), name))
    .find((each) => each !== file && lookAt(each) !== undefined)
  if (other === undefined) return
  throw new Refused(
    problem(
      'error',
      'MB_MANIFEST_AMBIGUOUS',
      `It has ${basename(file)} and ${basename(other)}`,
      'Keep one of them',
    ),
  )
}

function textOf(bytes: Buffer, file: string): ManifestText {
  return {
    text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
    format: basename(file).endsWith('.json') ? 'json' : 'yaml',
  }
}

async function judge({ text, format }: ManifestText, check: boolean): Promise<Reading> {
  const facts = check ? undefined : peekManifest(text, format)
  if (facts !== undefined) return { facts, problems: [], isChecked: false }
  const { checkManifest } = await import('@mb/manifest')
  const checked = checkManifest(text, { format })
  return {
    facts: checked.ok ? factsOf(checked.manifest) : undefined,
    problems: checked.findings.map(problemOfFinding),
    isChecked: true,
  }
}

function broken(found: DiscoveryProblem): Reading {
  return { facts: undefined, problems: [found], isChecked: true }
}

const noManifest = problem(
  'error',
  'MB_MANIFEST_MISSING',
  'It holds no plugin.yaml, plugin.yml or plugin.json at its top',
  'Package the plugin with `mb sdk package`',
)
