import { readFileSync } from 'node:fs'

/**
 * Memory that the kernel holds for the sockets of a jail with a network of its own: what was sent and not yet read belongs to no
 * process.
 *
 * Of internet sockets the kernel tells how much waits. Of unix sockets it tells that they are there: each counts as what it may hold
 * before a writer has to wait.
 *
 * @param folder of a process in a `/proc`
 */
export function readSocketMemory(folder: string): number {
  return readInternetMemory(folder) + readTable(`${folder}/net/unix`).length * bytesPerUnixSocket
}

/** The part of internet sockets, which cgroups of version 1 do not count as memory. */
export function readInternetMemory(folder: string): number {
  return ['tcp', 'tcp6', 'udp', 'udp6'].reduce(
    (sum, name) => sum + waitingBytes(readTable(`${folder}/net/${name}`)),
    0,
  )
}

// net.core.wmem_default of Linux
const bytesPerUnixSocket = 212_992

function waitingBytes(sockets: readonly string[]): number {
  return sockets.reduce((sum, line) => {
    const [, sent = '0', received = '0'] = / ([0-9A-F]{8}):([0-9A-F]{8}) /.exec(line) ?? []
    return sum + Number.parseInt(sent, 16) + Number.parseInt(received, 16)
  }, 0)
}

/** One line for each socket, without the heading. */
function readTable(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(1)
  } catch {
    // A kernel without version 6, or a jail that has just ended.
    return []
  }
}
