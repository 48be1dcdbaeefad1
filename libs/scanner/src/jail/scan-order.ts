import type { Claims } from '../claims.ts'
import type { ScanLimits } from '../scan-limits.ts'

/** What a jailed scan is told to do. */
export interface ScanOrder {
  readonly directory: string
  /** Undefined where there is no manifest. */
  readonly claims: Claims | undefined
  readonly limits: ScanLimits
}

/**
 * Reads an order: JSON, as the process that opened the jail wrote it.
 *
 * @throws TypeError for anything else
 */
export function parseOrder(text: string): ScanOrder {
  const value: unknown = JSON.parse(text)
  if (!isOrder(value)) throw new TypeError('Cannot scan: the order is none')
  return value
}

function isOrder(value: unknown): value is ScanOrder {
  return (
    isRecord(value) &&
    typeof value['directory'] === 'string' &&
    (value['claims'] === undefined || isClaims(value['claims'])) &&
    isRecord(value['limits']) &&
    Object.values(value['limits']).every((limit) => typeof limit === 'number')
  )
}

function isClaims(value: unknown): boolean {
  return (
    isRecord(value) &&
    Array.isArray(value['declared']) &&
    Array.isArray(value['entries']) &&
    typeof value['runtime'] === 'string'
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
