import { KernelError } from './kernel-error.ts'

/**
 * The key itself, when a store may hold it.
 *
 * @throws KernelError `MB_STORE_KEY` when it is empty, longer than 512 characters, or holds a control character
 */
export function checkStoreKey(key: string): string {
  if (key.length >= 1 && key.length <= 512 && !hasControlCharacter(key)) return key
  throw new KernelError(
    'MB_STORE_KEY',
    `Cannot use key ${JSON.stringify(key.slice(0, 64))}: a key has 1 to 512 characters and no control characters`,
  )
}

function hasControlCharacter(text: string): boolean {
  return Array.from(text).some((character) => character < ' ' || character === '\u007f')
}
