import { readdirSync, readlinkSync } from 'node:fs'

/** The sockets of this process, by their numbers in the kernel. */
export function openSockets(): ReadonlySet<string> {
  const open = readdirSync('/proc/self/fd').map((name) => linkOf(`/proc/self/fd/${name}`))
  return new Set(open.filter((target) => target.startsWith('socket:')))
}

/** Those that were not there before. */
export function socketsSince(before: ReadonlySet<string>): readonly string[] {
  return [...openSockets()].filter((socket) => !before.has(socket))
}

/** The list of descriptors has that of the list itself, which is closed by then. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
