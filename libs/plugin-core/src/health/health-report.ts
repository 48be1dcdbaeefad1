import { neutralText } from '@mb/manifest'

/** What a plugin says of itself. */
export interface SaidHealth {
  readonly status: 'healthy' | 'warning' | 'unhealthy' | 'error'
  /** One harmless line. */
  readonly reason?: string
}

const maxReasonLength = 500

/** Reads what a health check answered. Nothing at all means healthy; what is no answer is an error. */
export function readHealthReport(value: unknown): SaidHealth {
  if (value === null || value === undefined) return { status: 'healthy' }
  const { status, reason }: Readonly<Record<string, unknown>> =
    typeof value === 'object' ? { ...value } : {}
  if (status === 'healthy') return { status }
  if (status !== 'warning' && status !== 'unhealthy')
    return { status: 'error', reason: 'it answered what is no health' }
  const said = typeof reason === 'string' ? neutralText(reason, maxReasonLength) : ''
  return { status, reason: said === '' ? 'it does not say why' : said }
}
