import type { JailPart, JailPlan } from '../../jail/jail-plan.ts'
import { reportDenials } from '../../seccomp/report-denials.ts'
import { builderCalls, callNumber, type Architecture } from '../../seccomp/system-calls.ts'
import { callOn, type Call } from '../../builder/call.ts'
import { furnish } from './furnish.ts'
import { giveUpRights } from '../../builder/give-up-rights.ts'
import { mountOverlay, type Overlay } from './mount-overlay.ts'
import { host, mountMemory, workingFolder } from './mounting.ts'
import { step, type Step, type Value } from '../../builder/step.ts'

/** Who the program is, where it starts, and on what processor. */
export interface Situation {
  readonly architecture: Architecture
  readonly cwd: string
  readonly user: number
  readonly group: number
  /** A folder whose changes go elsewhere. */
  readonly overlay?: Overlay | undefined
}

/**
 * The steps that build a jail as bubblewrap does: an outer user namespace, in which this user is root and mounts, and an inner one
 * for the program, in which it is itself, holds no capability over those mounts, and can make no further one.
 */
export function namespaceSteps(plan: JailPlan, situation: Situation): readonly Step[] {
  const { architecture, cwd, user, group, overlay } = situation
  const call = callOn(architecture)
  const prctl = callNumber(builderCalls.prctl, architecture)
  return [
    call('make namespaces', 'unshare', [allNamespaces]),
    ...mapUser('/proc/self', `0 ${user} 1`, `0 ${group} 1`),
    // Changing users forgot it; whoever died in between is noticed, too.
    step('follow', 'follow the host', [prctl]),
    step('first-process', 'start the first process', [prctl]),
    call('leave the session', 'setsid', []),
    call('set the name of the host', 'sethostname', ['sandbox', 'sandbox'.length]),
    step('loopback', 'bring up the network inside', []),
    ...enterEmptyRoot(call),
    ...(overlay === undefined ? [] : mountOverlay(call, overlay)),
    ...furnish(
      plan.parts.filter((part) => !isClosingRoot(part)),
      call,
    ),
    ...leaveHost(call),
    ...furnish(plan.parts.filter(isClosingRoot), call),
    call('make the inner user namespace', 'unshare', [userNamespace]),
    ...mapUser('self', `${user} 0 1`, `${group} 0 1`),
    ...giveUpRights(call, true),
    ...Object.entries(plan.env).map(([name, value]) => step('variable', 'set', [name, value])),
    step('variable', 'set', ['PWD', cwd]),
    step('enter', `enter ${cwd}`, [cwd]),
    step('filter', 'set the filter', [prctl, plan.filter, ...reporting(plan, architecture)]),
  ]
}

/** The same filter, which has the first process answer what it denies, and count it. */
function reporting({ filter }: JailPlan, architecture: Architecture): readonly Value[] {
  const { seccomp, ppoll, rt_sigprocmask } = builderCalls
  return [
    reportDenials(filter),
    ...[seccomp, ppoll, rt_sigprocmask].map((numbers) => callNumber(numbers, architecture)),
  ]
}

// linux/sched.h: CLONE_NEWUSER, and with it NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWPID and NEWNET
const userNamespace = 0x1000_0000
const allNamespaces = 0x7e02_0000

/** Each map is the number inside, the one outside, and how many. */
function mapUser(self: string, users: string, groups: string): readonly Step[] {
  const words = 'map the user into its namespace'
  return [
    // user_namespaces(7): who has no right to outside has to give up dropping groups before it maps one.
    step('write', words, [`${self}/setgroups`, 'deny']),
    step('write', words, [`${self}/uid_map`, users]),
    step('write', words, [`${self}/gid_map`, groups]),
  ]
}

/** An empty file system in memory takes the place of the root. To be mounted at first it needs a folder, and `/usr` is everywhere. */
function enterEmptyRoot(call: Call): readonly Step[] {
  const words = 'change to an empty root'
  const place = '/usr'
  return [
    call('take the mounts out of the hands of the host', 'mount', [0, '/', 0, privateAll, 0]),
    mountMemory(call, place),
    step('directory', words, [`${place}${host}`]),
    call(words, 'pivot_root', [place, `${place}${host}`]),
    step('enter', words, ['/']),
  ]
}

/**
 * Lets go of the host's files, but for its `/proc` as the working folder: the one inside is closed by now, and the inner user
 * namespace has yet to be mapped.
 */
function leaveHost(call: Call): readonly Step[] {
  const words = "leave the host's files"
  return [
    step('enter', words, [`${host}/proc`]),
    call(words, 'umount2', [host, detach]),
    call(words, 'unlinkat', [workingFolder, host, removeFolder]),
  ]
}

// linux/mount.h: MS_PRIVATE with MS_REC, MNT_DETACH; linux/fcntl.h: AT_REMOVEDIR
const privateAll = 0x4_4000
const detach = 2
const removeFolder = 0x200

/** The place where the host's files were found has to be taken away before. */
function isClosingRoot({ kind, path }: JailPart): boolean {
  return kind === 'close' && path === '/'
}
