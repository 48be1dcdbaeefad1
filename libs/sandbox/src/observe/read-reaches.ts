import { isIP } from 'node:net'
import { readQuestion } from './dns-question.ts'
import type { PathAccess, Reach } from './reach.ts'
import { readDescriptor, readQuoted, type TracedCall } from './strace-line.ts'

/**
 * What one system call reached for.
 *
 * @param folder that its thread works in; strace does not say for the older calls, which know no other
 */
export function readReaches(call: TracedCall, folder?: Buffer): readonly Reach[] {
  const error = errorOf(call)
  const inFolder = folder === undefined ? call : { ...call, folder }
  return (readers[call.name] ?? none)(inFolder, error)
}

/** The name of the error that a call ended with. */
function errorOf({ result }: TracedCall): string | undefined {
  return /^-1 (E[A-Z0-9]+)/.exec(result)?.[1]
}

/** The folder that a thread works in, where a call tells or changes it. */
export function readFolder(call: TracedCall, folder: Buffer | undefined): Buffer | undefined {
  const { name, words } = call
  if (errorOf(call) === undefined && name === 'chdir')
    return pathOf({ ...call, ...(folder === undefined ? {} : { folder }) }, 0)
  if (errorOf(call) === undefined && name === 'fchdir') return readDescriptor(words[0] ?? '')
  const told = words.find((word) => word.startsWith('AT_FDCWD<'))
  return told === undefined ? undefined : readDescriptor(told)
}

interface LocatedCall extends TracedCall {
  readonly folder?: Buffer
}

type Reader = (call: LocatedCall, error: string | undefined) => readonly Reach[]

const none: Reader = () => []

/** A call whose path stands at `at`, below the folder of the descriptor at `from`. */
function pathCall(access: PathAccess, at: number, from?: number): Reader {
  return (call, error) => onPath(access, pathOf(call, at, from), error)
}

function onPath(
  access: PathAccess,
  path: Buffer | undefined,
  error: string | undefined,
  real?: Buffer,
): readonly Reach[] {
  if (path === undefined) return []
  return [
    {
      kind: 'path',
      access,
      path,
      ...(real === undefined ? {} : { real }),
      ...(error === undefined ? {} : { error }),
    },
  ]
}

/** The whole of a path; an empty one, or none, is the descriptor itself. */
function pathOf(call: LocatedCall, at: number, from?: number): Buffer | undefined {
  const { words } = call
  const folder = from === undefined ? call.folder : readDescriptor(words[from] ?? '')
  const word = words[at] ?? ''
  const name = readQuoted(word)
  if (name === undefined) return word === 'NULL' ? rooted(folder) : undefined
  if (name.length === 0) return from === undefined ? undefined : rooted(folder)
  if (name[0] === slash) return name
  return folder === undefined ? undefined : rooted(Buffer.concat([folder, Buffer.of(slash), name]))
}

const slash = 0x2f

/** A pipe or a socket has a name as well, which is no path. */
function rooted(path: Buffer | undefined): Buffer | undefined {
  return path?.[0] === slash ? path : undefined
}

const open = (flagsAt: number, pathAt: number, from?: number): Reader => {
  return (call, error) => {
    const { words, result } = call
    const flags = words[flagsAt] ?? ''
    const path = pathOf(call, pathAt, from)
    return onPath(accessOf(flags), path, error, rooted(readDescriptor(result)))
  }
}

function accessOf(flags: string): PathAccess {
  if (/\bO_TMPFILE\b/.test(flags)) return 'replace'
  if (/\bO_PATH\b/.test(flags)) return 'read'
  return /\bO_(?:WRONLY|RDWR|CREAT|TRUNC)\b/.test(flags) ? 'write' : 'read'
}

const both = (first: Reader, second: Reader): Reader => {
  return (call, error) => [...first(call, error), ...second(call, error)]
}

const onDescriptor = (access: PathAccess): Reader => {
  return ({ words }, error) => onPath(access, rooted(readDescriptor(words[0] ?? '')), error)
}

const connect: Reader = ({ words }) => {
  const target = words[1] ?? ''
  const [, port] = /\bsin6?_port=htons\((\d{1,5})\)/.exec(target) ?? []
  const [quoted] = /"(?:[^"\\]|\\.)*"/s.exec(target) ?? []
  const address = readQuoted(quoted ?? '')?.toString('latin1') ?? ''
  // Sockets of the unix domain a jail has none of, and it knows no path of one.
  return port === undefined || isIP(address) === 0
    ? []
    : [{ kind: 'address', address, port: Number(port) }]
}

const send: Reader = ({ words }) =>
  [
    ...words
      .slice(1)
      .join(',')
      .matchAll(/"(?:[^"\\]|\\.)*"(?!\.\.\.)/gs),
  ].flatMap(([text]) => {
    const host = readQuestion(readQuoted(text) ?? Buffer.alloc(0))
    return host === undefined ? [] : [{ kind: 'name' as const, host }]
  })

const readers: Readonly<Record<string, Reader>> = {
  open: open(1, 0),
  openat: open(2, 1, 0),
  openat2: open(2, 1, 0),
  creat: pathCall('write', 0),
  stat: pathCall('read', 0),
  lstat: pathCall('read', 0),
  newfstatat: pathCall('read', 1, 0),
  statx: pathCall('read', 1, 0),
  access: pathCall('read', 0),
  faccessat: pathCall('read', 1, 0),
  faccessat2: pathCall('read', 1, 0),
  readlink: pathCall('read', 0),
  readlinkat: pathCall('read', 1, 0),
  getxattr: pathCall('read', 0),
  lgetxattr: pathCall('read', 0),
  listxattr: pathCall('read', 0),
  llistxattr: pathCall('read', 0),
  statfs: pathCall('read', 0),
  chdir: pathCall('read', 0),
  inotify_add_watch: pathCall('read', 1),
  getdents: onDescriptor('list'),
  getdents64: onDescriptor('list'),
  execve: pathCall('run', 0),
  execveat: pathCall('run', 1, 0),
  mkdir: pathCall('replace', 0),
  mkdirat: pathCall('replace', 1, 0),
  mknod: pathCall('replace', 0),
  mknodat: pathCall('replace', 1, 0),
  unlink: pathCall('replace', 0),
  unlinkat: pathCall('replace', 1, 0),
  rmdir: pathCall('replace', 0),
  rename: both(pathCall('replace', 0), pathCall('replace', 1)),
  renameat: both(pathCall('replace', 1, 0), pathCall('replace', 3, 2)),
  renameat2: both(pathCall('replace', 1, 0), pathCall('replace', 3, 2)),
  link: both(pathCall('read', 0), pathCall('replace', 1)),
  linkat: both(pathCall('read', 1, 0), pathCall('replace', 3, 2)),
  symlink: pathCall('replace', 1),
  symlinkat: pathCall('replace', 2, 1),
  chmod: pathCall('write', 0),
  fchmodat: pathCall('write', 1, 0),
  fchmodat2: pathCall('write', 1, 0),
  chown: pathCall('write', 0),
  lchown: pathCall('write', 0),
  fchownat: pathCall('write', 1, 0),
  utime: pathCall('write', 0),
  utimes: pathCall('write', 0),
  futimesat: pathCall('write', 1, 0),
  utimensat: pathCall('write', 1, 0),
  truncate: pathCall('write', 0),
  setxattr: pathCall('write', 0),
  lsetxattr: pathCall('write', 0),
  removexattr: pathCall('write', 0),
  fchmod: onDescriptor('write'),
  fchown: onDescriptor('write'),
  connect,
  sendto: send,
  sendmsg: send,
  sendmmsg: send,
}

/** The calls that are told of, as strace takes them; a processor may lack some of the older ones. */
export const tracedCalls: string = [...Object.keys(readers), 'fchdir']
  .map((name) => `?${name}`)
  .join(',')
