import { dirname } from 'node:path'
import { isInside } from '@mb/kernel'
import { devices, type JailPart } from '../../jail/jail-plan.ts'
import type { Call } from '../../builder/call.ts'
import { attributes, close, mountHost, mountMemory, nodev, noexec, nosuid } from './mounting.ts'
import { step, type Step } from '../../builder/step.ts'

/** Puts the parts of a plan into the root. */
export function furnish(parts: readonly JailPart[], call: Call): readonly Step[] {
  return parts.flatMap((part, index) => [
    ...makePlace(part, parts.slice(0, index)),
    ...build(part, call),
  ])
}

function build(part: JailPart, call: Call): readonly Step[] {
  const { path } = part
  switch (part.kind) {
    case 'bind': {
      const mask = attributes.nosuid | attributes.nodev
      const closed = part.writable ? 0 : attributes.readOnly
      return mountHost(call, part.from ?? path, path, mask | closed)
    }
    case 'link':
      return [step('link', `make ${path}`, [part.target, path])]
    case 'file':
      return [step('file', `make ${path}`, [path, part.text])]
    case 'tmpfs':
      return [mountMemory(call, path, part.bytes)]
    case 'proc':
      return buildProc(call, path)
    case 'devices':
      return buildDevices(call, path)
    case 'close':
    default:
      return [close(call, path)]
  }
}

function buildProc(call: Call, path: string): readonly Step[] {
  const flags = nosuid | nodev | noexec
  return [
    call(`mount ${path}`, 'mount', ['proc', path, 'proc', flags, 0]),
    // The inner user namespace is the one that there may be. This setting is closed later, with the rest of what is here.
    step('write', 'forbid more user namespaces', [`${path}/sys/user/max_user_namespaces`, '1']),
  ]
}

function buildDevices(call: Call, folder: string): readonly Step[] {
  const terminals = `${folder}/pts`
  // A new instance of its own: it shows none of the host's terminals.
  const options = 'newinstance,ptmxmode=0666,mode=620'
  return [
    mountMemory(call, folder),
    ...devices.flatMap((name) => {
      const path = `${folder}/${name}`
      return [
        step('file', `make ${path}`, [path, '']),
        ...mountHost(call, path, path, attributes.nosuid),
      ]
    }),
    ...Object.entries(links).map(([name, target]) =>
      step('link', `make ${folder}/${name}`, [target, `${folder}/${name}`]),
    ),
    step('directory', `make ${terminals}`, [terminals]),
    call(`mount ${terminals}`, 'mount', ['devpts', terminals, 'devpts', nosuid | noexec, options]),
  ]
}

const links = {
  stdin: '/proc/self/fd/0',
  stdout: '/proc/self/fd/1',
  stderr: '/proc/self/fd/2',
  fd: '/proc/self/fd',
  core: '/proc/kcore',
  ptmx: 'pts/ptmx',
}

/** Makes what a part is mounted at, and the folders above it; never in a folder of the host, where it has to be already. */
function makePlace(part: JailPart, before: readonly JailPart[]): readonly Step[] {
  const { kind, path } = part
  const holder = findHolder(path, before)
  if (kind === 'close' || (holder !== undefined && !isOurs(holder))) return []
  const isFolder = kind !== 'link' && kind !== 'file' && !(kind === 'bind' && !part.directory)
  const root = holder?.path ?? '/'
  const folders = [...foldersAbove(path), ...(isFolder ? [path] : [])].filter(
    (folder) => folder !== root && isInside(root, folder),
  )
  return [
    ...folders.map((folder) => step('directory', `make ${folder}`, [folder])),
    ...(kind === 'bind' && !part.directory ? [step('file', `make ${path}`, [path, ''])] : []),
  ]
}

/** What a path lies in: the deepest of what is mounted above it. */
function findHolder(path: string, before: readonly JailPart[]): JailPart | undefined {
  return before
    .filter(({ kind, path: other }) => isMount(kind) && isInside(other, path))
    .toSorted((a, b) => a.path.length - b.path.length)
    .at(-1)
}

function isMount(kind: JailPart['kind']): boolean {
  return kind === 'bind' || kind === 'proc' || kind === 'tmpfs' || kind === 'devices'
}

function isOurs({ kind }: JailPart): boolean {
  return kind === 'tmpfs' || kind === 'devices'
}

function foldersAbove(path: string): readonly string[] {
  const parent = dirname(path)
  return parent === '/' ? [] : [...foldersAbove(parent), parent]
}
