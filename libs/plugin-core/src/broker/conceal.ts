import { redact } from '@mb/kernel'

/** Takes out of a text what nobody should read there. */
export type Concealer = (text: string) => string

// Shorter ones would take words out of every sentence, and protect nothing.
const shortestSecret = 4

/** Conceals these secrets, and whatever looks like a credential. */
export function concealer(secrets: readonly string[]): Concealer {
  const long = secrets
    .filter((secret) => secret.length >= shortestSecret)
    .toSorted((a, b) => b.length - a.length)
  return (text) => redact(long.reduce((rest, secret) => rest.replaceAll(secret, '***'), text))
}
