import type { Call } from '../../builder/call.ts'
import type { Step } from '../../builder/step.ts'

/** Where the host's files are found until the jail is furnished. */
export const host = '/.mb-host'

// linux/mount.h: flags of mount(2)
export const nosuid = 2
export const nodev = 4
export const noexec = 8
const bindAll = 0x5000

/** Attributes of mount_setattr(2). */
export const attributes = { readOnly: 1, nosuid: 2, nodev: 4 } as const
const recursive = 0x8000
// linux/fcntl.h: AT_FDCWD
export const workingFolder = -100

/** Mounts a file or folder of the host. What is mounted below comes with it, and by one call gets the same attributes. */
export function mountHost(call: Call, from: string, path: string, mask: number): readonly Step[] {
  return [
    call(`mount ${path}`, 'mount', [`${host}${from}`, path, 0, bindAll, 0]),
    protect(call, path, mask, recursive),
  ]
}

/** Mounts an empty file system in memory. */
export function mountMemory(call: Call, path: string, bytes?: number): Step {
  const data = bytes === undefined ? 'mode=0755' : `mode=0755,size=${bytes}`
  return call(`mount ${path}`, 'mount', ['tmpfs', path, 'tmpfs', nosuid | nodev, data])
}

/** Closes the file system that is mounted there, and not those below it. */
export function close(call: Call, path: string): Step {
  return protect(call, path, attributes.readOnly, 0)
}

/** Adds attributes; unlike a remount by mount(2) it leaves alone those that it does not name, which this user may not change. */
function protect(call: Call, path: string, mask: number, flags: number): Step {
  const structure = Buffer.alloc(32)
  structure.writeBigUInt64LE(BigInt(mask))
  const values = [workingFolder, path, flags, structure, structure.length]
  return call(`protect ${path}`, 'mount_setattr', values)
}
