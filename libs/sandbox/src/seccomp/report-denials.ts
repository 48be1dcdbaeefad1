import { answers, userNotification } from './bpf.ts'

/**
 * The same filter, which has a supervisor answer what it would forbid (seccomp_unotify(2)). Should that one be gone the call fails
 * all the same, with ENOSYS.
 *
 * What is answered as by an older kernel stays as it is: libraries try such calls in good faith.
 */
export function reportDenials(filter: Uint8Array): Uint8Array {
  const bytes = Buffer.from(filter)
  for (let at = 0; at < bytes.length; at += 8)
    if (bytes.readUInt16LE(at) === finishing && bytes.readUInt32LE(at + 4) === answers.EPERM)
      bytes.writeUInt32LE(userNotification, at + 4)
  return bytes
}

// BPF_RET | BPF_K
const finishing = 0x06
