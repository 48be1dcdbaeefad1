import type { JsonValue } from '@mb/kernel'

/** A value that was read, or what it should have been. */
export type ReadValue =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly expected: string }

/** A value that could not be read. */
export function neverOf(expected: string): ReadValue {
  return { ok: false, expected }
}
