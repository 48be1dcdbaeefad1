import { basename, relative } from 'node:path'
import { isInside } from '@mb/kernel'
import type { LeastPolicy, NetGrant } from '@mb/sandbox'

/** What is said in a policy beside its grants. */
export interface PolicyTextOptions {
  readonly command: string
  /** What stays hidden, by absolute path. */
  readonly deny: readonly string[]
  /** Files with certificates that it was to trust, as they were named: no policy holds them. */
  readonly authorities?: readonly string[] | undefined
  /** The folder that it lies in. Paths below it are written from there. */
  readonly folder: string
}

/** A policy as `mb sandbox run --policy` reads it. No value of a variable stands in it, and no argument of the command. */
export function policyText(
  policy: LeastPolicy,
  { command, deny, authorities = [], folder }: PolicyTextOptions,
): string {
  const paths = (all: readonly string[]): readonly string[] =>
    all.map((path) => quote(pathText(path, folder)))
  const files = [
    ...list('  read', paths(policy.read)),
    ...list('  write', paths(policy.write)),
    ...list('  deny', paths(deny)),
  ]
  const lines = [
    `# The least that ${quote(basename(command))} was seen to need, by mb sandbox observe`,
    ...(policy.net.length === 0
      ? []
      : authorities.map((file) => `# It was run with --ca ${quote(file)}, which no policy holds`)),
    ...(files.length === 0 ? [] : ['fs:', ...files]),
    ...list('net', policy.net.map(hostText)),
    ...list('env', policy.env.map(quote)),
  ]
  const isEmpty = lines.every((line) => line.startsWith('#'))
  // A file that says nothing at all would be none to YAML.
  return `${[...lines, ...(isEmpty ? ['fs: {}'] : [])].join('\n')}\n`
}

function list(name: string, items: readonly string[]): readonly string[] {
  if (items.length === 0) return []
  const indent = ' '.repeat(name.length - name.trimStart().length + 2)
  return [`${name}:`, ...items.map((item) => `${indent}- ${item}`)]
}

function hostText({ host, ports }: NetGrant): string {
  return ports === undefined
    ? quote(host)
    : `{ host: ${quote(host)}, ports: [${ports.join(', ')}] }`
}

/** A path so that it is read as it is: what stands for a folder of the person's, or for all that is in one, is a name here. */
function pathText(path: string, folder: string): string {
  const below = isInside(folder, path) ? relative(folder, path) : path
  const named = below === '' ? '.' : /^(?:~|\$\{)/.test(below) ? `./${below}` : below
  return named.endsWith('/**') ? `${named}/.` : named
}

/** A text of YAML 1.2: plain where that is beyond doubt, else as in JSON, with nothing in it that a terminal would obey. */
function quote(text: string): string {
  const isPlain = /^(?:\.|\.?\/?[A-Za-z_][\w./-]*)$/.test(text)
  if (isPlain && !reserved.has(text.toLowerCase())) return text
  return JSON.stringify(text).replaceAll(/[^\x20-\x7e\p{L}\p{M}\p{N}\p{S}\p{P}]/gu, escape)
}

const reserved = new Set([
  'true',
  'false',
  'null',
  'yes',
  'no',
  'on',
  'off',
  'y',
  'n',
  '.inf',
  '.nan',
])

function escape(sign: string): string {
  const units = Array.from({ length: sign.length }, (_, at) => sign.charCodeAt(at))
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}
