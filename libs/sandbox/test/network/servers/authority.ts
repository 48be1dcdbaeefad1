import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** An authority of the test's own, and what it vouched for. */
export interface Authority {
  /** Its certificate, in PEM. */
  readonly certificate: string
  /** Of the host that it vouched for. */
  readonly server: { readonly key: string; readonly cert: string }
}

/** Makes an authority, and a certificate by it for a name. */
export function makeAuthority(folder: string, name: string): Authority {
  const path = (file: string): string => join(folder, file)
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const authority = ['-subj', '/CN=Authority of a test', '-days', '2']
  const keyUse = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign']
  const [rootKey, root] = [path('root.key'), path('root.pem')]
  openssl('req', '-x509', ...newKey, ...authority, ...keyUse, '-keyout', rootKey, '-out', root)
  openssl('req', ...newKey, '-subj', `/CN=${name}`, '-keyout', path('key'), '-out', path('request'))
  writeFileSync(
    path('extensions'),
    `subjectAltName=DNS:${name}\nbasicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\nauthorityKeyIdentifier=keyid\n`,
  )
  const signing = ['-CA', root, '-CAkey', rootKey, '-CAcreateserial', '-days', '2']
  const extended = ['-extfile', path('extensions')]
  openssl('x509', '-req', '-in', path('request'), ...signing, ...extended, '-out', path('cert'))
  return {
    certificate: readFileSync(root, 'utf8'),
    server: { key: readFileSync(path('key'), 'utf8'), cert: readFileSync(path('cert'), 'utf8') },
  }
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'ignore' })
}
