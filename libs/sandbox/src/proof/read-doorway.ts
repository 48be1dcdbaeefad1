import { readFileSync } from 'node:fs'
import { errorCode } from '@mb/kernel'
import { doorwayAddress } from '../doorway/doorway-address.ts'
import type { Finding } from './finding.ts'

/** Whether the proxy, and nothing else, listens in the network of a program that has not begun. */
export function readDoorway(pid: number): Finding {
  const listening = ['tcp', 'tcp6'].flatMap((table) => readListening(`/proc/${pid}/net/${table}`))
  const place = `${doorwayAddress.host}:${doorwayAddress.port}`
  const isProxyAlone = listening.join() === inKernelForm(doorwayAddress)
  return {
    proved: isProxyAlone,
    evidence: isProxyAlone
      ? `way out: the proxy at ${place} alone`
      : `what listens is not the proxy at ${place} alone: ${listening.join(', ') || 'nothing'}`,
  }
}

/** The local addresses of listening sockets in a table of the kernel; one without IPv6 has no such table. */
function readListening(path: string): readonly string[] {
  let text
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
  return text.split('\n').flatMap((line) => {
    const [, local, , state] = line.trim().split(/\s+/)
    return local !== undefined && state === listenState ? [local] : []
  })
}

// net/tcp_states.h: TCP_LISTEN
const listenState = '0A'

/** As in proc_net_tcp(5): the address as a number in the byte order of the machine, the port in that of the network. */
function inKernelForm({ host, port }: typeof doorwayAddress): string {
  const digits = host
    .split('.')
    .toReversed()
    .map((part) => hex(Number(part), 2))
  return `${digits.join('')}:${hex(port, 4)}`
}

function hex(number: number, length: number): string {
  return number.toString(16).toUpperCase().padStart(length, '0')
}
