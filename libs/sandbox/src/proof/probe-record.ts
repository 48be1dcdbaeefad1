import { lstat, mkdir } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import { canonicalJson, readTextBounded, sha256, writeFileAtomic } from '@mb/kernel'
import { isReceiptItem, type ProbeFinding, type Receipt } from '../receipt.ts'
import type { JailBuilder } from '../jail/jail-builder.ts'

type Probes = Receipt['probes']

/** What an outcome holds for: this boot of this kernel, these very programs, this user, and this shape of jail. */
export function probeKey(builder: JailBuilder, shape: unknown): string {
  return sha256(
    canonicalJson({
      boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
      kernel: release(),
      user: process.getuid?.(),
      backend: builder.backend,
      version: builder.version,
      loader: [builder.loader.options, builder.loader.script],
      programs: builder.programs,
      built: builder.shape ?? null,
      shape,
    }),
  )
}

/** A record of an earlier run, where one is kept that nobody else could have written. */
export async function readProbes(directory: string, key: string): Promise<Probes | undefined> {
  try {
    const facts = await lstat(directory)
    // Whoever could write here could say that everything was proved.
    if (!facts.isDirectory() || facts.uid !== process.getuid?.() || (facts.mode & 0o022) !== 0)
      return undefined
    const text = await readTextBounded(fileOf(directory, key), { maxBytes: 65_536 })
    return parseProbes(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** Keeps a record. It is a cache: where it cannot be written, the probes run again. */
export async function writeProbes(directory: string, key: string, probes: Probes): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await writeFileAtomic(fileOf(directory, key), JSON.stringify(probes), { mode: 0o600 })
  } catch {
    // Read-only homes are normal in containers.
  }
}

function fileOf(directory: string, key: string): string {
  return join(directory, `sandbox-probes-${key.slice(0, 32)}.json`)
}

function parseProbes(value: unknown): Probes | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (!('ranAt' in value) || typeof value.ranAt !== 'string') return undefined
  if (!('findings' in value) || !Array.isArray(value.findings)) return undefined
  const entries: readonly unknown[] = value.findings
  const findings = entries.filter(isFinding)
  if (findings.length === 0 || findings.length !== entries.length) return undefined
  return { ranAt: value.ranAt, findings }
}

function isFinding(value: unknown): value is ProbeFinding {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'item' in value &&
    typeof value.item === 'string' &&
    isReceiptItem(value.item) &&
    'passed' in value &&
    typeof value.passed === 'boolean' &&
    'outcome' in value &&
    typeof value.outcome === 'string'
  )
}
