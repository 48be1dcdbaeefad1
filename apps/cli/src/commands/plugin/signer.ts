import type { InstalledPlugin } from '@mb/plugin-core'
import { shortKey } from '../../consent/consent-screen.ts'
import type { Style, Text } from '../../output/style.ts'

/** Who signed a plugin, in a few letters. */
export function signerOf(signature: InstalledPlugin['signature'], style: Style): Text {
  return signature.status === 'signed' ? shortKey(signature.keyId) : style.warning('nobody')
}
