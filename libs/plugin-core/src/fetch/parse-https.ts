import type { HttpsSource } from './plugin-source.ts'
import { sourceError } from './source-error.ts'

/**
 * Reads an address: without a user name and a password, and with no fragment but the digest of its bytes.
 *
 * @throws PluginError `MB_SOURCE_INVALID`
 */
export function parseHttps(text: string): HttpsSource {
  // The parser of addresses takes less, too: `https:host` and `https:\\host`.
  const url = /^https:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || url.protocol !== 'https:')
    throw invalid(withoutSecrets(text), 'it is no address')
  if (url.username !== '' || url.password !== '')
    throw invalid(
      `https://${url.host}/…`,
      'its address holds a user name or a password, which would be kept and shown',
      'Fetch the archive yourself and name the file',
    )
  const sha256 = readDigest(url)
  url.hash = ''
  // The root may be written: it is the same host.
  if (url.hostname.endsWith('.')) url.hostname = url.hostname.slice(0, -1)
  return { kind: 'https', url: url.href, ...(sha256 === undefined ? {} : { sha256 }) }
}

function readDigest(url: URL): string | undefined {
  if (url.hash === '') return undefined
  const [, digest] = /^#sha256=([0-9a-f]{64})$/i.exec(url.hash) ?? []
  if (digest !== undefined) return digest.toLowerCase()
  // Passed over, a digest with a slip of the pen would check nothing.
  throw invalid(
    `https://${url.host}${url.pathname}`,
    'what stands after its "#" is no digest',
    'Write #sha256= and the 64 hexadecimal digits of the digest, or nothing',
  )
}

function withoutSecrets(text: string): string {
  return text.replace(/\/\/[^/?#]*@/, '//***@').replace(/[?#].*$/s, '')
}

function invalid(shown: string, reason: string, hint?: string): Error {
  return sourceError('MB_SOURCE_INVALID', shown, reason, {
    hint: hint ?? 'Write it as https://host/path/archive.zip',
  })
}
