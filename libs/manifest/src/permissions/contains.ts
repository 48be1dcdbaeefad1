import type {
  ExecPermission,
  NamedPermission,
  NetPermission,
  PathPermission,
} from './permissions.ts'

/** Whether a grant of `outer` lets a plugin do all that `inner` asks. */
export function containsPath(outer: PathPermission, inner: PathPermission): boolean {
  if (outer.path === inner.path) return true
  const folder = folderOf(outer.path)
  if (folder === undefined) return false
  const target = folderOf(inner.path) ?? inner.path
  return target === folder || target.startsWith(folder === '/' ? '/' : `${folder}/`)
}

/** The folder whose whole content a path names, undefined when it names exactly one thing. */
export function folderOf(path: string): string | undefined {
  if (path === '/**') return '/'
  return path.endsWith('/**') ? path.slice(0, -'/**'.length) : undefined
}

/** As {@link containsPath}, for hosts, with their ports and methods. */
export function containsNet(outer: NetPermission, inner: NetPermission): boolean {
  return (
    containsHost(outer.host, inner.host) &&
    containsAll(outer.ports, inner.ports) &&
    containsAll(outer.methods, inner.methods)
  )
}

/** As {@link containsPath}, for programs, with the patterns of their arguments. */
export function containsExec(outer: ExecPermission, inner: ExecPermission): boolean {
  return outer.command === inner.command && containsArguments(outer.args, inner.args)
}

/** As {@link containsPath}, for what has but a name. */
export function containsName(outer: NamedPermission, inner: NamedPermission): boolean {
  return outer.name === inner.name
}

function containsHost(outer: string, inner: string): boolean {
  if (outer === '*' || outer === inner) return true
  return outer.startsWith('*.') && inner.endsWith(outer.slice(1))
}

function containsAll<T>(outer: readonly T[] | undefined, inner: readonly T[] | undefined): boolean {
  if (outer === undefined) return true
  return inner?.every((item) => outer.includes(item)) ?? false
}

function containsArguments(
  outer: readonly string[] | undefined,
  inner: readonly string[] | undefined,
): boolean {
  if (outer === undefined) return true
  if (inner === undefined) return outer.length === 1 && outer[0] === '**'
  const [wanted, ...others] = outer
  const [asked, ...rest] = inner
  if (wanted === undefined) return asked === undefined
  if (wanted === '**') return true
  if (asked === undefined || asked === '**') return false
  return (wanted === '*' || wanted === asked) && containsArguments(others, rest)
}
