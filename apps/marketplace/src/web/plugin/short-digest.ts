import { neutralText } from '@mb/manifest'

/** The start of a digest or key id, as `mb` shows it. */
export function shortDigest(hex: string): string {
  return neutralText(hex.slice(0, 16))
}
