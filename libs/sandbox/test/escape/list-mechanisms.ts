import { listEnvironment } from './environment.ts'
import { listFiles } from './files.ts'
import { listKernel } from './kernel.ts'
import { listLoops } from './loops.ts'
import type { Mechanism, Targets } from './mechanism.ts'
import { listMemory } from './memory.ts'
import { listNetwork } from './network.ts'
import { listNode } from './node.ts'
import { listProcesses } from './processes.ts'

/** What is tried, by what it aims at. */
export const areas: readonly {
  readonly area: string
  readonly list: (targets: Targets) => readonly Mechanism[]
}[] = [
  { area: 'files', list: listFiles },
  { area: 'network', list: listNetwork },
  { area: 'processes', list: listProcesses },
  { area: 'kernel', list: listKernel },
  { area: 'Node', list: listNode },
  { area: 'environment', list: listEnvironment },
  { area: 'memory', list: listMemory },
  { area: 'loops', list: listLoops },
]

/** One form of each mechanism, and of those that wait for a limit one for each limit: what is tried with every change. */
export function withoutForms(mechanisms: readonly Mechanism[]): readonly Mechanism[] {
  const awaited = new Set<string>()
  return mechanisms.filter(({ variantOf, exhausts }) => {
    if (variantOf !== undefined) return false
    if (exhausts === undefined) return true
    const limit = exhausts.ended.join()
    return !awaited.has(limit) && awaited.add(limit)
  })
}
