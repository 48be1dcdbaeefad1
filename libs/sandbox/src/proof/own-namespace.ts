import { readlinkSync } from 'node:fs'
import type { Finding } from './finding.ts'

/** Whether a process is in another namespace of that kind than the host. */
export function ownNamespace(pid: number, kind: string): Finding {
  const inside = readlinkSync(`/proc/${pid}/ns/${kind}`)
  return { proved: inside !== readlinkSync(`/proc/self/ns/${kind}`), evidence: inside }
}
