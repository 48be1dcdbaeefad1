import type { JsonValue } from '@mb/kernel'
import type { Manifest } from '../manifest.ts'
import { neutralText } from '../neutral-text.ts'
import { manifestSchema } from '../schema/manifest-schema.ts'
import { resolveAliases } from './aliases.ts'
import { maxManifestBytes } from './bounds.ts'
import type { ManifestFinding, PlacedProblem } from './finding.ts'
import { licenseProblems } from './license.ts'
import { parseDocument, type ManifestFormat } from './parse-document.ts'
import { problemsOf } from './schema-problems.ts'

/** How a manifest is checked. */
export interface CheckOptions {
  /** @default 'yaml', which reads most JSON as well */
  readonly format?: ManifestFormat
  /** Holds it to what a marketplace asks: a licence. @default false */
  readonly publishing?: boolean
}

/** A manifest with its warnings, or what is wrong with it. */
export type CheckedManifest =
  | {
      readonly ok: true
      readonly manifest: Manifest
      readonly findings: readonly ManifestFinding[]
    }
  | { readonly ok: false; readonly findings: readonly ManifestFinding[] }

/**
 * Reads and judges a manifest's text. All that is wrong is found at once, each with its line and column.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { checkManifest } from '@mb/manifest'
 *
 * const checked = checkManifest('name: notes\nverison: 1.0.0\n')
 * assert.equal(checked.ok, false)
 * assert.deepEqual(checked.findings.at(-1), {
 *   severity: 'error',
 *   code: 'unknown-key',
 *   message: 'There is no key "verison"',
 *   path: 'verison',
 *   line: 2,
 *   column: 1,
 *   hint: 'Did you mean "version"?',
 * })
 * ```
 */
export function checkManifest(text: string, options: CheckOptions = {}): CheckedManifest {
  if (Buffer.byteLength(text) > maxManifestBytes)
    return { ok: false, findings: findings([tooLarge]) }

  const document = parseDocument(text.replace(/^\uFEFF/, ''), options.format ?? 'yaml')
  if (!document.ok) return { ok: false, findings: findings(document.problems) }
  if (!isObject(document.value)) return { ok: false, findings: findings([noObject]) }

  const aliases = resolveAliases(document.value)
  const parsed = manifestSchema.safeParse(aliases.value)
  const problems = [
    ...aliases.problems,
    ...(parsed.success
      ? licenseProblems(parsed.data.license, options.publishing ?? false)
      : problemsOf(parsed.error, aliases.value)),
  ]
  const placed = problems.map((problem) => ({
    ...problem,
    place: document.locate(problem.path, problem.code === 'unknown-key' ? 'key' : 'value'),
  }))
  const found = findings(placed)
  return parsed.success && found.every(({ severity }) => severity === 'warning')
    ? { ok: true, manifest: parsed.data, findings: found }
    : { ok: false, findings: found }
}

const tooLarge: PlacedProblem = {
  code: 'too-large',
  message: `The manifest is larger than ${maxManifestBytes} bytes`,
  path: [],
}

const noObject: PlacedProblem = {
  code: 'wrong-type',
  message: 'The manifest holds no keys',
  path: [],
  place: { line: 1, column: 1 },
  hint: 'Start with "name:" and "version:"',
}

// Keys of a manifest are a stranger's text, and its list of known keys is long.
const maxShownLength = 500

function findings(problems: readonly PlacedProblem[]): readonly ManifestFinding[] {
  return problems
    .map(({ severity, code, message, path, place, hint }): ManifestFinding => ({
      severity: severity ?? 'error',
      code,
      message: neutralText(message, maxShownLength),
      path: neutralText(path.join('.'), maxShownLength),
      ...place,
      ...(hint === undefined ? {} : { hint: neutralText(hint, maxShownLength) }),
    }))
    .toSorted(
      (a, b) =>
        (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0) || rank(a) - rank(b),
    )
}

/** What is missing stands nowhere: what is there and wrong comes first, and is often the same mistake. */
function rank({ code }: ManifestFinding): number {
  return code === 'missing-key' ? 1 : 0
}

function isObject(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
