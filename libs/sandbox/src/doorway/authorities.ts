import { X509Certificate } from 'node:crypto'
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
  const [system, ...texts] = await Promise.all([readSystem(), ...own.map(readOwn)])
  const all = [...(system === undefined ? [] : [system]), ...texts]
  return {
    all: all.length === 0 ? undefined : all.join(''),
    own: texts.length === 0 ? undefined : texts.join(''),
  }
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
      return endLine(await readFile(path, 'utf8'))
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error
    }
  }
  return undefined
}

async function readOwn(given: string): Promise<string> {
  if (given.includes(opening)) return certificatesOf(given, 'the text given')
  const name = JSON.stringify(given.slice(0, 200))
  if (!isAbsolute(given)) throw refused(name, 'it is neither PEM nor an absolute path')
  let text
  try {
    text = await readFile(given, 'utf8')
  } catch (error) {
    throw refused(name, `it cannot be read (${errorCode(error) ?? String(error)})`)
  }
  return certificatesOf(text, name)
}

const opening = '-----BEGIN CERTIFICATE-----'
const certificate = /-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]+-----END CERTIFICATE-----/g

/** The certificates alone: a file may hold a private key beside them, which nobody inside has to see. */
function certificatesOf(text: string, name: string): string {
  const found = text.match(certificate) ?? []
  if (found.length === 0) throw refused(name, 'it holds no certificate in PEM')
  for (const each of found) {
    try {
      new X509Certificate(each)
    } catch {
      throw refused(name, 'one of its certificates cannot be read')
    }
  }
  return found.map(endLine).join('')
}

function endLine(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`
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
