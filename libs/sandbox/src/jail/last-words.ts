/** The kernel's account of all descendants, and the wait status that the builder handed on. */
export interface KernelAccount {
  readonly cpuMs: number
  readonly peakBytes: number
  readonly status: number
}

/** Reads which session keyring was found, and which one is in its place. */
export function parseKeyring(line: string): { before: number; after: number } | undefined {
  const match = /^keyring (-?\d+) (-?\d+)$/.exec(line)
  return match === null ? undefined : { before: Number(match[1]), after: Number(match[2]) }
}

/** Reads the account, which is the last that is said. */
export function parseAccount(line: string): KernelAccount | undefined {
  const match = /^used (\d+) (\d+) (\d+)$/.exec(line)
  if (match === null) return undefined
  const [microseconds, kilobytes, status] = [Number(match[1]), Number(match[2]), Number(match[3])]
  return { cpuMs: microseconds / 1000, peakBytes: kilobytes * 1024, status }
}
