// linux/landlock.h: LANDLOCK_ACCESS_FS_*
const access = {
  execute: 1 << 0,
  writeFile: 1 << 1,
  readFile: 1 << 2,
  readFolder: 1 << 3,
  removeFolder: 1 << 4,
  removeFile: 1 << 5,
  makeFolder: 1 << 7,
  makeFile: 1 << 8,
  makeFifo: 1 << 10,
  makeLink: 1 << 12,
  refer: 1 << 13,
  truncate: 1 << 14,
} as const

const readFile = access.execute | access.readFile
const writeFile = readFile | access.writeFile | access.truncate
const readFolder = readFile | access.readFolder
// No devices and no sockets: what is made there is seen by the host.
const writeFolder =
  writeFile |
  readFolder |
  access.removeFolder |
  access.removeFile |
  access.makeFolder |
  access.makeFile |
  access.makeFifo |
  access.makeLink |
  access.refer

/** Rights to a device such as `/dev/null`. */
export const deviceAccess: number = access.readFile | access.writeFile

/** Rights to a grant, as bits. */
export function accessOf(grant: {
  readonly writable: boolean
  readonly directory: boolean
}): number {
  if (grant.directory) return grant.writable ? writeFolder : readFolder
  return grant.writable ? writeFile : readFile
}

/** The first version that keeps files from being cut short (Linux 6.2). */
export const oldestAbi = 3

/** Whether signals stay inside (Linux 6.12). */
export function areSignalsScoped(abi: number): boolean {
  return abi >= 6
}

/** What a ruleset handles, and with that denies where no rule allows it: `struct landlock_ruleset_attr`, as far as it is known. */
export function handledRights(abi: number): Buffer {
  const rights = Buffer.alloc(areSignalsScoped(abi) ? 24 : abi >= 4 ? 16 : 8)
  // All of that version: up to truncating, and from 5 on requests to devices.
  rights.writeBigUInt64LE(abi >= 5 ? 0xffffn : 0x7fffn, 0)
  // Binding and connecting by TCP.
  if (abi >= 4) rights.writeBigUInt64LE(3n, 8)
  // Abstract unix sockets and signals.
  if (areSignalsScoped(abi)) rights.writeBigUInt64LE(3n, 16)
  return rights
}
