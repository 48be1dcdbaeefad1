import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { nearestName, type JsonValue } from '@mb/kernel'
import type { NetPermission } from '@mb/manifest'
import {
  parseConfiguration,
  readConfigurationFile,
  type ParsedConfiguration,
} from '@mb/plugin-core/configuration'
import type { z } from 'zod'
import { CliError } from '../../cli-error.ts'
import type { JailRequest } from './jail-request.ts'
import { readLimits, readScratchSize } from './limit-values.ts'
import { readHost } from './net-option.ts'
import { readPolicyPath, type PathBase } from './policy-paths.ts'
import type { WrittenPolicy } from './policy-schema.ts'
import { readVariables } from './variable-list.ts'

type Path = readonly (string | number)[]

/**
 * Reads a policy file, YAML or JSON. It can be a stranger's: it says what is granted, and never how strong the jail is.
 *
 * @throws CliError `MB_CLI_POLICY`, `MB_CLI_VALUE`; PluginError `MB_CONFIG_SYNTAX`, `MB_CONFIG_TOO_LARGE`
 */
export async function readPolicyFile(
  name: string,
  base: Omit<PathBase, 'file'>,
): Promise<JailRequest> {
  const file = resolve(base.workspace, name)
  const parsed = name === '' ? undefined : await readConfigurationFile(file)
  if (parsed === undefined) {
    throw new CliError('MB_CLI_POLICY', `Cannot read "${name}": there is no such file`, {
      hint: 'Name a policy file, in YAML or JSON',
    })
  }
  return readPolicy({ ...base, file }, { file, parsed })
}

/**
 * Reads a policy that came by standard input; its paths begin at the folder that the person is in.
 *
 * @throws CliError `MB_CLI_POLICY`, `MB_CLI_VALUE`; PluginError `MB_CONFIG_SYNTAX`
 */
export async function readPolicyText(
  text: string,
  base: Omit<PathBase, 'file'>,
): Promise<JailRequest> {
  const file = 'standard input'
  const parsed = await parseConfiguration(text, file)
  return readPolicy({ ...base, file: resolve(base.workspace, file) }, { file, parsed })
}

async function readPolicy(base: PathBase, source: Whereabouts): Promise<JailRequest> {
  const { policySchema } = await import('./policy-schema.ts')
  const written = policySchema.safeParse(source.parsed.value)
  if (!written.success) throw schemaError(written.error, source)
  return requestOf(written.data, base, source)
}

function requestOf(
  { fs, limits, env, cwd, tmp, ...written }: WrittenPolicy,
  base: PathBase,
  source: Whereabouts,
): JailRequest {
  const path = (text: string, at: Path): string => {
    const read = readPolicyPath(text, base)
    if (read.ok) return read.path
    throw policyError(at, read.problem, { ...source, hint: read.hint })
  }
  const paths = (texts: readonly string[], at: Path): readonly string[] =>
    texts.map((text, index) => path(text, [...at, index]))
  return {
    read: paths(fs.read, ['fs', 'read']),
    write: paths(fs.write, ['fs', 'write']),
    deny: paths(fs.deny, ['fs', 'deny']),
    dangerous: paths(fs.dangerous, ['fs', 'dangerous']),
    net: written.net.map((each) => hostOf(each, base.file)),
    unix: paths(written['net.unix'], ['net.unix']),
    exec: written.exec.map(({ command, with: beside = [], ...rest }, index) => {
      if (!command.includes('/'))
        throw policyError(['exec', index], 'it is a name, and no path', {
          ...source,
          hint: 'Write the whole path, such as /usr/bin/git',
        })
      const at = ['exec', index]
      return { command: path(command, at), with: paths(beside, at), ...rest }
    }),
    env: readVariables(env, placeOf(['env'], source)),
    limits: readLimits(
      (name) => limits[name],
      (name) => placeOf(['limits', name], source),
    ),
    ...(cwd === undefined ? {} : { cwd: path(cwd, ['cwd']) }),
    ...(tmp === undefined ? {} : { tmpBytes: readScratchSize(tmp, placeOf(['tmp'], source)) }),
  }
}

/** In a list of texts an address of IPv6 needs no brackets: no port is behind it. */
function hostOf(written: WrittenPolicy['net'][number], file: string): NetPermission {
  if (typeof written !== 'string') return written
  return isIP(written) === 6 ? { host: written } : readHost(written, `"net" of "${file}"`)
}

interface Whereabouts {
  readonly file: string
  readonly parsed: ParsedConfiguration
  readonly hint?: string | undefined
}

function schemaError(error: z.ZodError, source: Whereabouts): CliError {
  const [issue] = error.issues
  if (issue === undefined) throw error
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)))
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys
    const known = issue.message.split(' ')
    const nearest = nearestName(key, known)
    return policyError([...path, key], 'there is no such key', {
      ...source,
      hint: nearest === undefined ? `Keys are ${known.join(', ')}` : `Did you mean "${nearest}"?`,
    })
  }
  return policyError(path, expectation(issue, valueAt(source.parsed.value, path)), source)
}

function policyError(at: Path, problem: string, whereabouts: Whereabouts): CliError {
  const { file, parsed, hint } = whereabouts
  return new CliError('MB_CLI_POLICY', `Cannot use ${placeOf(at, whereabouts)}: ${problem}`, {
    hint,
    details: { file, key: at.join('.'), ...parsed.locate(at.map(String)) },
  })
}

/** What is meant, and where it stands: `"limits.time" of "/home/ann/jail.yaml":3:5`. */
function placeOf(at: Path, { file, parsed }: Whereabouts): string {
  const place = parsed.locate(at.map(String))
  const key = at.join('.')
  const what = key === '' ? 'the content' : JSON.stringify(key.slice(0, 200))
  const where = place === undefined ? '' : `:${place.line}:${place.column}`
  return `${what} of "${file}"${where}`
}

const shapes: Readonly<Record<string, string>> = {
  object: 'a group of keys',
  array: 'a list',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
}

function expectation(issue: z.core.$ZodIssue, value: JsonValue | undefined): string {
  if (issue.code === 'invalid_type')
    return `it has to be ${shapes[issue.expected] ?? issue.expected}`
  if (issue.code === 'invalid_union') return 'it has none of the forms that this can have'
  if (issue.code === 'too_big') return `there is more of it than ${issue.maximum}`
  if (issue.code === 'too_small')
    return value === '' ? 'it is empty' : `it has to be ${issue.minimum} or more`
  return issue.message
}

function valueAt(value: JsonValue, path: Path): JsonValue | undefined {
  const [key, ...rest] = path
  if (key === undefined) return value
  if (typeof value !== 'object' || value === null) return undefined
  const part = new Map<string, JsonValue>(Object.entries(value)).get(String(key))
  return part === undefined ? undefined : valueAt(part, rest)
}
