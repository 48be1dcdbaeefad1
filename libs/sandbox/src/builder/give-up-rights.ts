import { readFileSync } from 'node:fs'
import type { Call } from './call.ts'
import type { Step } from './step.ts'

/**
 * Gives up what the process could do beyond its user, for all that comes after it.
 *
 * @param isBounded whether also what it could gain, which takes a right itself and no program gains without new privileges
 */
export function giveUpRights(call: Call, isBounded: boolean): readonly Step[] {
  const words = 'give up capabilities'
  const last = Number(readFileSync('/proc/sys/kernel/cap_last_cap', 'utf8'))
  const all = Array.from({ length: last + 1 }, (_, capability) => capability)
  const header = Buffer.alloc(8)
  header.writeUInt32LE(capabilityVersion)
  return [
    call('forbid new privileges', 'prctl', [control.noNewPrivileges, 1, 0, 0, 0]),
    ...(isBounded ? all : []).map((capability) =>
      call(words, 'prctl', [control.dropBound, capability, 0, 0, 0]),
    ),
    call(words, 'prctl', [control.ambient, clearAll, 0, 0, 0]),
    call(words, 'capset', [header, Buffer.alloc(24)]),
  ]
}

// linux/prctl.h: PR_SET_NO_NEW_PRIVS, PR_CAPBSET_DROP, PR_CAP_AMBIENT with PR_CAP_AMBIENT_CLEAR_ALL
const control = { noNewPrivileges: 38, dropBound: 24, ambient: 47 } as const
const clearAll = 4
// linux/capability.h: version 3, two sets of 32 bits each
const capabilityVersion = 0x2008_0522
