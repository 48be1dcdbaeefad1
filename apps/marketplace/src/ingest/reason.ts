import { neutralText } from '@mb/manifest'
import type { Reason, Severity } from '@mb/marketplace-protocol'

const maxReasons = 100
const maxCode = 64
const maxMessage = 400
const maxPath = 255

/** What a reason is made of, as whoever found it says it. */
export interface ReasonParts {
  readonly code: string
  readonly message: string
  readonly severity?: Severity | undefined
  readonly file?: string | undefined
  readonly line?: number | undefined
  readonly column?: number | undefined
  readonly help?: string | undefined
}

/** Reasons as the contract has them: few enough, short enough, and harmless to print. */
export function reasonsFrom(parts: readonly ReasonParts[]): Reason[] {
  return parts.slice(0, maxReasons).map(reasonFrom)
}

function reasonFrom({ code, message, severity, file, line, column, help }: ReasonParts): Reason {
  return {
    code: code.slice(0, maxCode),
    message: neutralText(message, maxMessage),
    ...(severity === undefined ? {} : { severity }),
    ...(file === undefined ? {} : { file: neutralText(file, maxPath) }),
    ...(isPlace(line) ? { line } : {}),
    ...(isPlace(column) ? { column } : {}),
    ...(help === undefined ? {} : { help: neutralText(help, maxMessage) }),
  }
}

function isPlace(number: number | undefined): number is number {
  return number !== undefined && Number.isSafeInteger(number) && number >= 1
}
