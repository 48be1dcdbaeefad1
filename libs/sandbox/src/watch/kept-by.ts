import type { RunGroup } from '../cgroup/run-group.ts'
import type { SandboxLimits } from '../limits.ts'
import type { ReceiptFinding } from '../receipt.ts'

/** Adds to the finding about limits by what each is kept: `memoryBytes by cgroup v2, wallMs by the watchdog`. */
export function tellKeepers(
  findings: readonly ReceiptFinding[],
  limits: SandboxLimits,
  group: RunGroup | undefined,
): readonly ReceiptFinding[] {
  const [memory, pids, cpu] = [
    group?.keeperOf('memory'),
    group?.keeperOf('pids'),
    group?.keeperOf('cpuacct'),
  ]
  const keepers: Readonly<Record<keyof SandboxLimits, string>> = {
    wallMs: watchdog,
    cpuSeconds: `the kernel for each process, ${watchdog}${cpu === undefined ? '' : ` with ${cpu}`} for all`,
    memoryBytes: memory ?? watchdog,
    processes: `${watchdog}${pids === undefined ? '' : ` with ${pids}`}`,
    threads: pids ?? watchdog,
    fileBytes: 'the kernel',
    openFiles: 'the kernel',
    writtenBytes: watchdog,
    outputBytes: 'the host as it comes',
  }
  const kept = Object.entries(keepers).filter(([name]) => isSet(limits, name))
  const words = kept.map(([name, keeper]) => `${name} by ${keeper}`).join(', ')
  return findings.map((finding) =>
    finding.item === 'limits' && words !== ''
      ? { ...finding, evidence: `${finding.evidence}: ${words}` }
      : finding,
  )
}

const watchdog = 'the watchdog'

function isSet(limits: SandboxLimits, name: string): boolean {
  return Object.entries(limits).some(([each, value]) => each === name && value !== undefined)
}
