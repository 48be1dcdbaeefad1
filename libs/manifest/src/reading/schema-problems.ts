import { nearestName, type JsonValue } from '@mb/kernel'
import type { z } from 'zod'
import { findingCodes, type ManifestFindingCode, type Problem } from './finding.ts'

type Issue = z.core.$ZodIssue

/** What the schema found, in our words. */
export function problemsOf(error: z.ZodError, manifest: JsonValue): readonly Problem[] {
  return error.issues.flatMap((issue) => problemsOfIssue(issue, [], manifest))
}

function problemsOfIssue(
  issue: Issue,
  outer: readonly (string | number)[],
  manifest: JsonValue,
): readonly Problem[] {
  const path = [
    ...outer,
    ...issue.path.map((part) => (typeof part === 'number' ? part : String(part))),
  ]
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, path, issue.message.split(' ')))
    case 'invalid_union':
      return bestBranch(issue.errors).flatMap((inner) => problemsOfIssue(inner, path, manifest))
    case 'invalid_type':
      return [wrongType(issue.expected, valueAt(manifest, path), path)]
    case 'invalid_key':
      return issue.issues.map((inner) => ({
        code: 'bad-name',
        message: `${quoted(path.at(-1) ?? '')}: ${inner.message}`,
        path,
      }))
    case 'invalid_value':
      return [wrongValue(issue.values.map(String), valueAt(manifest, path), path)]
    case 'custom':
      return [{ code: 'bad-value', message: issue.message, path, ...refusal(issue.params) }]
    case 'too_big':
    case 'too_small':
    case 'invalid_format':
    case 'not_multiple_of':
    case 'invalid_element':
      break
  }
  return [{ code: 'bad-value', message: `"${path.join('.')}": ${issue.message}`, path }]
}

/** Of the forms that a value may have, that which it tries to have: the one not wrong from the start. */
function bestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const isOther = (branch: readonly Issue[]): boolean =>
    branch.some(
      ({ code, path }) =>
        path.length === 0 && (code === 'invalid_type' || code === 'invalid_value'),
    )
  return branches.find((branch) => !isOther(branch)) ?? branches.at(-1) ?? []
}

function unknownKey(
  key: string,
  within: readonly (string | number)[],
  known: readonly string[],
): Problem {
  const nearest = nearestName(key, known)
  return {
    code: 'unknown-key',
    message: `There is no key "${key}"${within.length === 0 ? '' : ` in "${within.join('.')}"`}`,
    path: [...within, key],
    hint: nearest === undefined ? `Keys are ${known.join(', ')}` : `Did you mean "${nearest}"?`,
  }
}

function wrongType(
  expected: string,
  value: JsonValue | undefined,
  path: readonly (string | number)[],
): Problem {
  const name = path.at(-1) ?? ''
  if (value === undefined)
    return {
      code: 'missing-key',
      message: `The key "${path.join('.')}" is missing`,
      path,
      hint: name === 'entry' ? 'Name the file that is run, as "entry: dist/index.mjs"' : undefined,
    }
  const is = value === null ? 'empty' : `a ${kindOf(value)}`
  return {
    code: 'wrong-type',
    message: `"${path.join('.')}" is ${is}, and should be a ${expected === 'string' ? 'text' : nameOf(expected)}`,
    path,
    hint:
      expected === 'string' && value !== null && typeof value !== 'object'
        ? `Put it in quotes: "${String(value)}"`
        : undefined,
  }
}

function wrongValue(
  values: readonly string[],
  value: JsonValue | undefined,
  path: readonly (string | number)[],
): Problem {
  if (value === undefined) return wrongType('string', value, path)
  const written = typeof value === 'string' ? value : JSON.stringify(value)
  const nearest = nearestName(written, values)
  return {
    code: 'bad-value',
    message: `${quoted(written)} is none of ${values.join(', ')}`,
    path,
    hint: nearest === undefined ? undefined : `Did you mean "${nearest}"?`,
  }
}

function refusal(params: Readonly<Record<string, unknown>> | undefined): Partial<Problem> {
  return {
    ...(isCode(params?.['code']) ? { code: params['code'] } : {}),
    ...(typeof params?.['hint'] === 'string' ? { hint: params['hint'] } : {}),
  }
}

function isCode(value: unknown): value is ManifestFindingCode {
  return findingCodes.some((code) => code === value)
}

function valueAt(value: JsonValue, path: readonly (string | number)[]): JsonValue | undefined {
  const [key, ...rest] = path
  if (key === undefined) return value
  if (typeof value !== 'object' || value === null) return undefined
  const part = new Map<string, JsonValue>(Object.entries(value)).get(String(key))
  return part === undefined ? undefined : valueAt(part, rest)
}

function kindOf(value: JsonValue): string {
  if (Array.isArray(value)) return 'list'
  return typeof value === 'object' ? 'group of keys' : nameOf(typeof value)
}

function nameOf(type: string): string {
  const names: Readonly<Record<string, string>> = {
    string: 'text',
    array: 'list',
    object: 'group of keys',
    record: 'group of keys',
    boolean: 'yes or no (true, false)',
    int: 'whole number',
  }
  return names[type] ?? type
}

function quoted(value: string | number): string {
  return JSON.stringify(String(value).slice(0, 80))
}
