import { becomingOthers } from './processes/becoming-others.ts'
import { bombs } from './processes/bombs.ts'
import { outliving } from './processes/outliving.ts'
import { permittedCommands } from './processes/permitted-commands.ts'
import { reachingInto } from './processes/reaching-into.ts'
import { runningOthers } from './processes/running-others.ts'
import { signalling } from './processes/signalling.ts'
import { steering } from './processes/steering.ts'
import type { Mechanism, Targets } from './mechanism.ts'

/** Ways to other processes, to other users, and past the end of the program. */
export function listProcesses(targets: Targets): readonly Mechanism[] {
  return [
    ...signalling(targets),
    ...reachingInto(targets),
    ...steering(targets),
    ...runningOthers(targets),
    ...permittedCommands(targets),
    ...outliving(targets),
    ...bombs(targets),
    ...becomingOthers(targets),
  ]
}
