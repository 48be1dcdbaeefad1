import { readFileSync } from 'node:fs'
import { arch, platform } from 'node:process'

let known: string | undefined

/** The platform of this machine: `linux-x64`, `linux-x64-musl`, `darwin-arm64`. */
export function thisPlatform(): string {
  known ??= `${platform}-${arch}${platform === 'linux' && hasMusl() ? '-musl' : ''}`
  return known
}

/** Whether this Node was loaded by musl's loader, which the kernel names among what is mapped. */
function hasMusl(): boolean {
  try {
    return readFileSync('/proc/self/maps', 'latin1').includes('/ld-musl-')
  } catch {
    return false
  }
}
