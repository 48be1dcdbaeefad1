import { keys } from './kernel/keys.ts'
import { machine } from './kernel/machine.ts'
import { memory } from './kernel/memory.ts'
import { mounts } from './kernel/mounts.ts'
import { namespaces } from './kernel/namespaces.ts'
import { surface } from './kernel/surface.ts'
import type { Mechanism, Targets } from './mechanism.ts'

/** Ways through the kernel: namespaces, mounts, keys, and the parts of it that its escapes come from. */
export function listKernel(targets: Targets): readonly Mechanism[] {
  return [
    ...namespaces(targets),
    ...mounts(targets),
    ...keys(),
    ...memory(),
    ...surface(),
    ...machine(targets),
  ]
}
