import type { Refusal } from './decision-log.ts'
import type { EndReason } from './network-decision.ts'
import { formatTarget, type Target } from './target.ts'

/** What the program is told instead of what it asked for. */
export interface Answer {
  readonly status: number
  readonly statusText: string
  /** Names with values. */
  readonly fields: Readonly<Record<string, string>>
  readonly text: string
}

/** Tells a refusal: never with 407, at which a program would ask for credentials. */
export function tellRefusal({ reason, detail }: Refusal, target: Target | undefined): Answer {
  const denied = { 'x-mb-denied': reason }
  if (reason === 'malformed' || target === undefined)
    return answer(400, 'Bad Request', `Cannot read the request: ${detail}`, denied)
  const name = formatTarget(target)
  const lines = [`Cannot connect to ${name}: ${words(reason, detail)}`]
  if (reason === 'not-granted' || reason === 'address')
    lines.push(
      `It would need the permission net: ${name}${isNamed(target, reason) ? ', and one for its address' : ''}`,
    )
  return answer(403, 'Forbidden', lines.join('\n'), denied)
}

function words(reason: Refusal['reason'], detail: string): string {
  if (reason === 'not-granted') return 'it is not granted'
  // Which one it is, a program that asks for names of the network inside has no right to know.
  return reason === 'address' ? 'its address is not public' : detail
}

function isNamed({ kind }: Target, reason: Refusal['reason']): boolean {
  return kind === 'name' && reason === 'address'
}

/** Tells that somebody who may be reached cannot be. */
export function tellFailure(reason: EndReason, target: Target): Answer {
  const name = formatTarget(target)
  if (reason === 'connectMs')
    return answer(504, 'Gateway Timeout', `Cannot connect to ${name}: it does not answer`)
  return answer(
    502,
    'Bad Gateway',
    `Cannot connect to ${name}: ${failures[reason] ?? `it passed the limit ${reason}`}`,
  )
}

const failures: Readonly<Partial<Record<EndReason, string>>> = {
  unresolved: 'nobody knows the name',
  unreachable: 'it cannot be reached',
  broken: 'its answer is no HTTP',
  upstream: 'the proxy of this network refuses',
}

/** An answer as it is written where no HTTP server does that any more. */
export function formatAnswer({ status, statusText, fields, text }: Answer): string {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 ${status} ${statusText}`, ...lines, '', text].join('\r\n')
}

function answer(
  status: number,
  statusText: string,
  text: string,
  fields: Readonly<Record<string, string>> = {},
): Answer {
  const body = `${text}\n`
  return {
    status,
    statusText,
    fields: {
      'content-type': 'text/plain; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      ...fields,
      connection: 'close',
    },
    text: body,
  }
}
