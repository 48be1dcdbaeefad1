import { databases } from './node/databases.ts'
import { native } from './node/native.ts'
import { otherCode } from './node/other-code.ts'
import { others } from './node/others.ts'
import { paths } from './node/paths.ts'
import { reports } from './node/reports.ts'
import { talking } from './node/talking.ts'
import type { Mechanism, Targets } from './mechanism.ts'

/** Ways that Node itself offers, without any of its flags: the sandbox has to hold alone. */
export function listNode(targets: Targets): readonly Mechanism[] {
  return [
    ...paths(targets),
    ...databases(targets),
    ...reports(targets),
    ...otherCode(targets),
    ...native(targets),
    ...others(targets),
    ...talking(targets),
  ]
}
