import { changing } from './files/changing.ts'
import { filling } from './files/filling.ts'
import { handedDown } from './files/handed-down.ts'
import { linking } from './files/linking.ts'
import { ofTheSystem } from './files/of-the-system.ts'
import { reading } from './files/reading.ts'
import { specialFiles } from './files/special-files.ts'
import type { Mechanism, Targets } from './mechanism.ts'

/** Ways to files that were not granted, or to more than was granted. */
export function listFiles(targets: Targets): readonly Mechanism[] {
  return [
    ...reading(targets),
    ...handedDown(targets),
    ...changing(targets),
    ...linking(targets),
    ...specialFiles(targets),
    ...filling(targets),
    ...ofTheSystem(targets),
  ]
}
