import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readAuthorities } from './authorities.ts'

const [certificate = ''] = rootCertificates
const systemFile = '/etc/ssl/certs/ca-certificates.crt'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mb-authorities-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

describe('readAuthorities()', () => {
  it.runIf(existsSync(systemFile))('gives those of the system as they are', async () => {
    expect(await readAuthorities([])).toEqual({
      all: await readFile(systemFile, 'utf8'),
      own: undefined,
    })
  })

  it('adds those of texts and files, each once', async () => {
    const { all: system = '' } = await readAuthorities([])
    const file = join(folder, 'file.pem')
    const made = madeUp()
    await writeFile(file, `# Ours\r\n${made}\n${made}`)
    const { all = '', own } = await readAuthorities([file, made])
    expect(own).toBe(`${made}\n`)
    expect(all).toBe(`${system}${made}\n`)
  })

  it('leaves out what the system has already, as in a file that holds both', async () => {
    const { all = '' } = await readAuthorities([])
    const file = join(folder, 'both.pem')
    await writeFile(file, `${all}${madeUp()}`)
    expect((await readAuthorities([file])).own).toBe(`${madeUp()}\n`)
  })

  it('hands on no private key that lies beside a certificate', async () => {
    const file = join(folder, 'both.pem')
    const key = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2Vw\n-----END PRIVATE KEY-----\n'
    await writeFile(file, `${key}${madeUp()}\n${key}`)
    const { all, own } = await readAuthorities([file])
    expect(`${all}${own}`).not.toContain('PRIVATE')
  })

  it.each([
    [
      'relative.pem',
      'Cannot trust the authorities of "relative.pem": it is neither PEM nor an absolute path',
    ],
    [
      '/nowhere/x.pem',
      'Cannot trust the authorities of "/nowhere/x.pem": it cannot be read (ENOENT)',
    ],
    ['/dev/null', 'Cannot trust the authorities of "/dev/null": it holds no certificate in PEM'],
    [
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
      'Cannot trust the authorities of the text given: one of its certificates cannot be read',
    ],
  ])('refuses %j', async (given, message) => {
    await expect(readAuthorities([given])).rejects.toMatchObject({
      code: 'MB_SANDBOX_POLICY',
      message,
    })
  })
})

/** What no system has: one of its certificates, written otherwise. */
function madeUp(): string {
  return certificate.replaceAll('\n', '\r\n')
}
