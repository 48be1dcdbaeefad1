import { readFileSync } from 'node:fs'
import { errorCode } from '@mb/kernel'
import { doorwayAddress } from '../doorway/doorway-address.ts'
import type { Finding } from './finding.ts'

/** Whether the proxy, and nothing else, waits in the network of a program that has not begun. */
export function readDoorway(pid: number): Finding {
  const sockets = ['tcp', 'tcp6', 'udp', 'udp6', 'raw', 'raw6'].flatMap((table) =>
    readTable(`/proc/${pid}/net/${table}`).map((local) => `${table} ${local}`),
  )
  const proxy = `tcp ${inKernelForm(doorwayAddress)}`
  const others = sockets.filter((socket) => socket !== proxy)
  if (others.length > 0) return { proved: false, evidence: `other sockets: ${others.join(', ')}` }
  return {
    proved: sockets.length === 1,
    evidence:
      sockets.length === 1
        ? `way out: the proxy at ${doorwayAddress.host}:${doorwayAddress.port} alone`
        : `the proxy is not at ${doorwayAddress.host}:${doorwayAddress.port}`,
  }
}

/** The local addresses in a table of sockets; a kernel without IPv6 lacks some of them. */
function readTable(path: string): readonly string[] {
  let text
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
  return text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/)[1] ?? '')
}

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
