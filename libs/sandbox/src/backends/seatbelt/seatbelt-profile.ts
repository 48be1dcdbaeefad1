import type { Cover } from '../../policy/cover.ts'
import type { GrantedPath } from '../../policy/granted-path.ts'
import type { ResolvedPolicy } from '../../policy.ts'
import { quote } from './quote.ts'

/** What a profile is drawn up from: a policy, and a folder of this run's own in place of `/tmp` and the home. */
export interface SeatbeltPlan {
  readonly policy: Pick<ResolvedPolicy, 'paths' | 'covers' | 'absent' | 'links'>
  readonly scratch: string
}

/**
 * The profile for a policy. Everything is denied but what is named; of rules that say different things about a path the later one
 * counts, so that what lies deeper comes later.
 *
 * @throws RangeError for a path that cannot be written down
 */
export function seatbeltProfile({ policy, scratch }: SeatbeltPlan): string {
  const { paths, covers, absent, links } = policy
  const rules = [
    ...paths.map((granted) => ({ path: granted.path, lines: grantLines(granted) })),
    ...covers.map((cover) => ({ path: cover.path, lines: coverLines(cover) })),
  ]
  return [
    '(version 1)',
    '(deny default)',
    ...runtime,
    ...allow('file-read*', { path: scratch, directory: true }),
    ...allow('file-write*', { path: scratch, directory: true }),
    ...rules
      .toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
      .flatMap(({ lines }) => lines),
    ...[...absent, ...links.map(({ path }) => path)].map(
      (path) => `(deny file-write* ${match({ path, directory: true })})`,
    ),
    // A device or a socket would lead out, and so would the bits by which a file lends its owner's rights.
    '(deny file-write-create (vnode-type BLOCK-DEVICE CHARACTER-DEVICE SOCKET))',
    '(deny file-write-setugid)',
    '',
  ].join('\n')
}

// To map a library takes a right of its own.
const read = 'file-read* file-map-executable'
const programs = ['/bin', '/usr/bin', '/usr/libexec']
const libraries = [
  '/usr/lib',
  '/usr/share',
  '/System/Library',
  '/System/Cryptexes',
  '/System/Volumes/Preboot/Cryptexes',
]

/** The system's programs and libraries, which are sealed, and what a process does with itself. */
const runtime: readonly string[] = [
  '(allow process-fork)',
  '(allow signal (target same-sandbox))',
  '(allow process-info* (target same-sandbox))',
  '(allow sysctl-read)',
  ...[...programs, ...libraries].flatMap((path) => allow(read, { path, directory: true })),
  ...programs.flatMap((path) => allow('process-exec', { path, directory: true })),
  // Which shell `/bin/sh` is.
  ...allow('file-read*', { path: '/private/var/select', directory: true }),
  ...['/dev/null', '/dev/zero', '/dev/random', '/dev/urandom'].flatMap((path) =>
    allow('file-read*', { path, directory: false }),
  ),
  ...allow('file-write*', { path: '/dev/null', directory: false }),
  // Names alone: loaders look at each folder on the way.
  '(allow file-read-metadata (literal "/"))',
]

interface Place {
  readonly path: string
  readonly directory: boolean
}

function allow(operation: string, place: Place): readonly string[] {
  return [`(allow ${operation} ${match(place)})`]
}

function grantLines(granted: GrantedPath): readonly string[] {
  return [
    ...allow(read, granted),
    ...allow('process-exec', granted),
    ...(granted.writable ? allow('file-write*', granted) : []),
  ]
}

function coverLines(cover: Cover): readonly string[] {
  const place = { path: cover.path, directory: true }
  switch (cover.kind) {
    case 'hidden':
      return [`(deny file-read* file-write* process-exec ${match(place)})`]
    case 'pinned':
      // It may be written to, and neither moved nor taken away.
      return [`(deny file-write-unlink (literal ${quote(cover.path)}))`]
    case 'kept':
    case 'held':
    default:
      return [`(deny file-write* ${match(place)})`]
  }
}

function match({ path, directory }: Place): string {
  return `(${directory ? 'subpath' : 'literal'} ${quote(path)})`
}
