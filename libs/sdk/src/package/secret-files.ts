import { posix } from 'node:path'

/** Files that tools keep secrets in, by their names. */
const names: readonly RegExp[] = [
  /^\.env(?!\.(?:example|sample|template)$)(?:\..+)?$/,
  /^\.(?:npmrc|yarnrc|yarnrc\.yml|pypirc|netrc|git-credentials|pgpass|dockercfg|htpasswd)$/,
  /^id_(?:rsa|dsa|ecdsa|ed25519)$/,
  /\.(?:pem|key|p12|pfx|jks|keystore|kdbx|ppk)$/i,
]

// The header alone stands in many a library; with what follows it is a key.
const privateKey =
  /-----BEGIN (?:[A-Z]{1,12} ){0,3}PRIVATE KEY-----\s{1,4}(?:[A-Za-z0-9+/=]{16,80}\s{1,4}){1,}/

/** Whether a file is one that tools keep secrets in, told by its name. */
export function hasSecretName(path: string): boolean {
  const name = posix.basename(path)
  return names.some((shape) => shape.test(name))
}

/** Whether a file's content holds a private key. */
export function holdsPrivateKey(content: Uint8Array): boolean {
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  return text.includes('PRIVATE KEY-----') && privateKey.test(text.toString('latin1'))
}
