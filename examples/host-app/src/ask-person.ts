import { createInterface } from 'node:readline/promises'
import type { Consent } from '@mb/plugin-core'

/** Shows what a plugin asks for, and asks. Whatever is not a yes is a no. */
export const askPerson: Consent = async ({ id, version, author, permissions, warnings }) => {
  const asks = permissions.map(({ words, risk }) => `  ${words} (${risk} risk)`)
  const screen = [
    `${id} ${version} by ${author}`,
    ...(asks.length === 0 ? ['It asks for nothing.'] : ['It asks to:', ...asks]),
    ...warnings,
  ]
  console.log(screen.join('\n'))
  using lines = createInterface({ input: process.stdin, output: process.stdout })
  // Ends with the input, too: nobody to ask is a no.
  const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')))
  const answer = await Promise.race([lines.question('Install it? [y/N] '), ended])
  return answer.trim().toLowerCase() === 'y'
}
