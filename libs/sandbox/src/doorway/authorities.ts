import { readFile } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { errorCode } from '@mb/kernel'
import { SandboxError } from '../sandbox-error.ts'

/** Certificates of authorities, in PEM. */
export interface Authorities {
  /** Those of the system and the caller's own; undefined where there are none. */
  readonly all: string | undefined
  /** The caller's own alone: Node brings the others. */
  readonly own: string | undefined
}

/**
 * The authorities that programs inside are to trust.
 *
 * @param own certificates in PEM, or absolute paths of files with some
 * @throws SandboxError `MB_SANDBOX_POLICY` for what holds no certificate
 */
export async function readAuthorities(own: readonly string[]): Promise<Authorities> {
  const system = (await readSystem()) ?? ''
  // A company's file is often that of the system and one more.
  const known = new Set(own.length === 0 ? [] : certificatesIn(system))
  const added = new Set<string>()
  for (const given of own) {
    // oxlint-disable-next-line no-await-in-loop -- mostly there is one
    const { name, certificates } = await readOwn(given)
    for (const each of certificates.filter((text) => !known.has(text))) {
      // oxlint-disable-next-line no-await-in-loop -- it is loaded once
      await requireCertificate(each, name)
      added.add(each)
    }
  }
  const text = [...added].map((each) => `${each}\n`).join('')
  return { all: `${system}${text}` || undefined, own: text || undefined }
}

// Debian and Ubuntu, Fedora and its kin, openSUSE, Alpine: the first two of them know each other's as links.
const systemFiles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
]

async function readSystem(): Promise<string | undefined> {
  for (const path of systemFiles) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- the first one is enough
      const text = await readFile(path, 'utf8')
      return text.endsWith('\n') ? text : `${text}\n`
    } catch (error) {
      const code = errorCode(error)
      if (code !== 'ENOENT')
        throw refused(JSON.stringify(path), `it cannot be read (${code ?? String(error)})`)
    }
  }
  return undefined
}

interface OwnAuthorities {
  readonly name: string
  readonly certificates: readonly string[]
}

async function readOwn(given: string): Promise<OwnAuthorities> {
  const written = certificatesIn(given)
  if (written.length > 0) return { name: 'the text given', certificates: written }
  const name = JSON.stringify(given.slice(0, 200))
  if (!isAbsolute(given)) throw refused(name, 'it is neither PEM nor an absolute path')
  let text
  try {
    text = await readFile(given, 'utf8')
  } catch (error) {
    throw refused(name, `it cannot be read (${errorCode(error) ?? String(error)})`)
  }
  const certificates = certificatesIn(text)
  if (certificates.length === 0) throw refused(name, 'it holds no certificate in PEM')
  return { name, certificates }
}

const certificate = /-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]+-----END CERTIFICATE-----/g

/** The certificates alone: a file may hold a private key beside them, which nobody inside has to see. */
function certificatesIn(text: string): readonly string[] {
  return text.match(certificate) ?? []
}

async function requireCertificate(text: string, name: string): Promise<void> {
  // Loading it takes longer than all else here, and most have no authorities of their own.
  const { X509Certificate } = await import('node:crypto')
  try {
    void new X509Certificate(text)
  } catch {
    throw refused(name, 'one of its certificates cannot be read')
  }
}

function refused(name: string, state: string): SandboxError {
  return new SandboxError(
    'MB_SANDBOX_POLICY',
    `Cannot trust the authorities of ${name}: ${state}`,
    {
      hint: 'Name a file with certificates in PEM, as "-----BEGIN CERTIFICATE-----"',
    },
  )
}
