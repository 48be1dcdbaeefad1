import { release } from 'node:os'
import { provableItems } from '../../backend.ts'
import { requireDoorway } from '../../doorway/require-doorway.ts'
import { missingPart } from '../../machine/missing-part.ts'
import { findTrusted, type TrustedTool } from '../../machine/trusted-tool.ts'
import { resolvePolicy } from '../../policy.ts'
import { belowMinimum } from '../../proof/judge-receipt.ts'
import { sandboxMinimum, type ReceiptItem } from '../../receipt.ts'
import { SandboxError } from '../../sandbox-error.ts'
import type { Sandbox, SandboxOptions } from '../../sandbox.ts'
import { probeSeatbelt } from './probe-seatbelt.ts'
import { SeatbeltSandbox } from './seatbelt-sandbox.ts'

/** The machine that it is for, which a test may say is another. */
export interface SeatbeltMachine {
  readonly platform: NodeJS.Platform
  readonly tool: TrustedTool | undefined
}

/**
 * Opens a sandbox of macOS.
 *
 * @experimental it was never run on macOS: its profiles are compared with what they should be
 * @throws SandboxError `MB_SANDBOX_PLATFORM`, `MB_SANDBOX_BACKEND_MISSING`, `MB_SANDBOX_BELOW_MINIMUM`, `MB_SANDBOX_NETWORK`,
 * `MB_SANDBOX_POLICY`
 */
export async function openSeatbelt(
  options: SandboxOptions,
  machine: SeatbeltMachine = {
    platform: process.platform,
    tool: findTrusted('sandbox-exec'),
  },
): Promise<Sandbox> {
  const { limits = {}, minimum = sandboxMinimum, cacheDirectory } = options
  const tool = requireTool(machine)
  refusePool(options)
  refuseMinimum(minimum)
  refuseLimits(Object.keys(limits))
  const policy = resolvePolicy(options.policy, cacheDirectory === undefined ? [] : [cacheDirectory])
  if (policy.net.length > 0) requireDoorway('seatbelt')
  const probes = await probeSeatbelt(tool)
  const failed = probes.findings.filter(({ item, passed }) => !passed && minimum.includes(item))
  if (failed.length > 0)
    throw belowMinimum(
      failed.map(({ item, name, outcome }) => ({
        item,
        evidence: `the probe "${name}" gave ${outcome}`,
      })),
    )
  return new SeatbeltSandbox({ tool, policy, limits, probes, version: release() })
}

function requireTool({ platform, tool }: SeatbeltMachine): TrustedTool {
  if (platform !== 'darwin')
    throw new SandboxError(
      'MB_SANDBOX_PLATFORM',
      `Cannot open a sandbox: backend seatbelt needs macOS, this is ${platform}`,
    )
  if (tool === undefined)
    throw missingPart('sandbox-exec is not there', 'Use a version of macOS that has it')
  return tool
}

function refusePool({ pool }: SandboxOptions): void {
  if (pool === undefined) return
  throw new SandboxError(
    'MB_SANDBOX_PLATFORM',
    'Cannot keep programs ahead: macOS has no gate that they could be looked at behind',
    { hint: 'Leave pool out, and spawn each program when it is needed' },
  )
}

function refuseMinimum(minimum: readonly ReceiptItem[]): void {
  const provable = provableItems('seatbelt')
  const missing = minimum.filter((item) => !provable.includes(item))
  if (missing.length === 0) return
  throw new SandboxError(
    'MB_SANDBOX_BELOW_MINIMUM',
    `Cannot open a sandbox: on macOS ${missing.join(', ')} cannot be proved`,
    {
      hint: `Run it on Linux, in a virtual machine for example; or accept ${provable.join(', ')} as the minimum`,
      details: { missing },
    },
  )
}

const kept = new Set(['wallMs', 'cpuSeconds', 'memoryBytes', 'processes', 'outputBytes'])

function refuseLimits(names: readonly string[]): void {
  const name = names.find((each) => !kept.has(each))
  if (name === undefined) return
  throw new SandboxError('MB_SANDBOX_PLATFORM', `Cannot limit ${name}: macOS has no way to`, {
    hint: `Leave it out; ${[...kept].join(', ')} are kept`,
  })
}
