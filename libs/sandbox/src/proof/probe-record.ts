import { readFileSync } from 'node:fs'
import { release } from 'node:os'
import { canonicalJson } from '@mb/kernel'
import { isReceiptItem, type ProbeFinding, type Receipt } from '../receipt.ts'
import type { JailBuilder } from '../jail/jail-builder.ts'
import { readRecord, writeRecord } from '../machine/own-record.ts'

type Probes = Receipt['probes']

/** What of a policy makes another jail of it, as far as probes can tell. */
export interface PolicyShape {
  readonly read: boolean
  readonly write: boolean
  readonly filter: Uint8Array
}

/** What an outcome was found for. */
export interface ProbeKey {
  /** One record for each backend and shape: the outcome for another kernel or program takes its place. */
  readonly record: string
  /** This boot of this kernel, these very programs, this user, and this shape of jail: in full, as it has to be the same. */
  readonly text: string
}

/** Tells what probes that run now hold for. */
export function probeKey(builder: JailBuilder, { read, write, filter }: PolicyShape): ProbeKey {
  const shape = [read ? 'read' : '', write ? 'write' : ''].filter(Boolean).join('-') || 'nothing'
  return {
    record: `probes-${builder.backend}-${shape}.json`,
    text: canonicalJson({
      boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
      kernel: release(),
      user: process.getuid?.(),
      backend: builder.backend,
      version: builder.version,
      loader: [builder.loader.options, builder.loader.script],
      programs: builder.programs,
      built: builder.shape ?? null,
      shape,
      filter: Buffer.from(filter).toString('base64'),
    }),
  }
}

/** A record of an earlier run, where one is kept that nobody else could have written. */
export function readProbes(directory: string, key: ProbeKey): Probes | undefined {
  const text = readRecord(directory, key.record)
  if (text === undefined) return undefined
  // The key stands before what was found, in a line of its own.
  const end = text.indexOf('\n')
  return text.slice(0, end) === key.text ? parseProbes(text.slice(end)) : undefined
}

/** Keeps a record. */
export async function writeProbes(directory: string, key: ProbeKey, probes: Probes): Promise<void> {
  await writeRecord(directory, key.record, `${key.text}\n${JSON.stringify(probes)}\n`)
}

function parseProbes(text: string): Probes | undefined {
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null) return undefined
  if (!('ranAt' in value) || typeof value.ranAt !== 'string') return undefined
  if (!('findings' in value) || !Array.isArray(value.findings)) return undefined
  const entries: readonly unknown[] = value.findings
  const findings = entries.filter(isFinding)
  if (findings.length === 0 || findings.length !== entries.length) return undefined
  return { ranAt: value.ranAt, findings }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
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
