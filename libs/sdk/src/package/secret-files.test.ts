import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hasSecretName, holdsPrivateKey } from './secret-files.ts'

describe('hasSecretName()', () => {
  it.each([
    '.env',
    '.env.local',
    'config/.env.production',
    '.npmrc',
    'deploy/id_ed25519',
    'server.pem',
    'server.KEY',
    'store.p12',
    '.netrc',
  ])('knows %s', (path) => {
    expect(hasSecretName(path)).toBe(true)
  })

  it.each(['.env.example', 'src/env.ts', 'keys.md', 'id_rsa.pub', 'monkey', 'pem/readme.md'])(
    'lets %s be',
    (path) => {
      expect(hasSecretName(path)).toBe(false)
    },
  )
})

describe('holdsPrivateKey()', () => {
  it('finds the keys that programs write', () => {
    const ed25519 = generateKeyPairSync('ed25519').privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    })
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
      type: 'pkcs1',
      format: 'pem',
    })
    const found = [ed25519, rsa].map((key) =>
      holdsPrivateKey(Buffer.from(`before\n${key.toString()}`)),
    )
    expect(found).toEqual([true, true])
  })

  it('lets code be that knows the header of a key', () => {
    const code = `const header = '-----BEGIN RSA PRIVATE KEY-----'\nconst pattern = /-----BEGIN PRIVATE KEY-----\\s/`
    expect(holdsPrivateKey(Buffer.from(code))).toBe(false)
  })
})
