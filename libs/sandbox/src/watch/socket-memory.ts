import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

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

/**
 * The same where the network is the host's, and its lists tell of everybody's sockets: each that processes hold counts as what it may
 * hold, as the only ones that a restricted program can make are pairs.
 *
 * @param folders of processes in a `/proc`
 */
export function readHeldSockets(folders: readonly string[]): number {
  return new Set(folders.flatMap(socketsOf)).size * bytesPerUnixSocket
}

/** The part of internet sockets, which cgroups of version 1 do not count as memory. */
export function readInternetMemory(folder: string): number {
  return tables.reduce(
    (sum, { counts, heading, name }) =>
      hasSockets(`${folder}/net/${counts}`, heading)
        ? sum + waitingBytes(readTable(`${folder}/net/${name}`))
        : sum,
    0,
  )
}

// To list the sockets of one network the kernel walks those of all, for a millisecond. How many there are it knows.
const tables = [
  { counts: 'sockstat', heading: 'TCP', name: 'tcp' },
  { counts: 'sockstat6', heading: 'TCP6', name: 'tcp6' },
  { counts: 'sockstat', heading: 'UDP', name: 'udp' },
  { counts: 'sockstat6', heading: 'UDP6', name: 'udp6' },
] as const

function hasSockets(counts: string, heading: string): boolean {
  try {
    const line = readFileSync(counts, 'utf8')
      .split('\n')
      .find((each) => each.startsWith(`${heading}: inuse `))
    return line === undefined || !line.startsWith(`${heading}: inuse 0`)
  } catch {
    // Then the list tells.
    return true
  }
}

// net.core.wmem_default of Linux
const bytesPerUnixSocket = 212_992

function waitingBytes(sockets: readonly string[]): number {
  return sockets.reduce((sum, line) => {
    const [, sent = '0', received = '0'] = / ([0-9A-F]{8}):([0-9A-F]{8}) /.exec(line) ?? []
    return sum + Number.parseInt(sent, 16) + Number.parseInt(received, 16)
  }, 0)
}

function socketsOf(folder: string): readonly string[] {
  try {
    const links = readdirSync(`${folder}/fd`).map((name) => readTarget(`${folder}/fd/${name}`))
    return links.filter((target) => target.startsWith('socket:'))
  } catch {
    // It ended since it was listed.
    return []
  }
}

function readTarget(link: string): string {
  try {
    return readlinkSync(link)
  } catch {
    return ''
  }
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
