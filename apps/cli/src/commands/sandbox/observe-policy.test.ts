import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { policyText } from './observe-policy.ts'
import { readPolicyFile } from './policy-file.ts'

let folder = ''

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'mb-policy-')))
})

afterAll(() => rm(folder, { recursive: true }))

const none = { read: [], write: [], net: [], env: [] }

/** A name in a folder: anything but a slash and NUL. */
const name = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 20 })
  .filter((text) => !/[/\0]/.test(text) && text !== '.' && text !== '..' && text.isWellFormed())

describe('policyText()', () => {
  it('writes what is in the folder from there, and names no value and no argument', () => {
    const policy = {
      read: ['/here', '/here/src', '/opt/tool'],
      write: ['/here/out dir'],
      net: [{ host: 'example.com', ports: [443] }, { host: 'other.example' }],
      env: ['CI'],
    }
    expect(
      policyText(policy, { command: '/usr/bin/make', deny: ['/here/.env'], folder: '/here' }),
    ).toBe(
      `# The least that make was seen to need, by mb sandbox observe
fs:
  read:
    - .
    - src
    - /opt/tool
  write:
    - "out dir"
  deny:
    - .env
net:
  - { host: example.com, ports: [443] }
  - other.example
env:
  - CI
`,
    )
  })

  it('says what certificates are named for its hosts, where it needs one', async () => {
    const authorities = ['ca.pem', 'two\nlines.pem']
    const net = [{ host: 'example.com', ports: [443] }]
    const told = { command: 'curl', deny: [], authorities, folder }
    expect(
      policyText({ ...none, net }, told)
        .split('\n')
        .slice(1),
    ).toEqual([
      '# It was run with --ca ca.pem, which no policy holds',
      '# It was run with --ca "two\\nlines.pem", which no policy holds',
      'net:',
      '  - { host: example.com, ports: [443] }',
      '',
    ])
    expect(policyText(none, told).split('\n').slice(1)).toEqual(['fs: {}', ''])
  })

  it('says that nothing is needed', async () => {
    const text = policyText(none, { command: 'true', deny: [], folder })
    expect(text.split('\n').slice(1)).toEqual(['fs: {}', ''])
    expect((await parse(text)).read).toEqual([])
  })

  it('is read as it was meant, whatever files are named', async () => {
    const tricky = [
      '~',
      '~x',
      '${home}',
      '**',
      'true',
      '1e3',
      '.nan',
      '- a',
      '#',
      "'",
      'a: b',
      '\u001b[2J',
      '\u202e',
      '\n',
    ]
    const names = fc.array(fc.oneof(name, fc.constantFrom(...tricky)), {
      minLength: 1,
      maxLength: 4,
    })
    await fc.assert(
      fc.asyncProperty(fc.array(names, { maxLength: 8 }), async (paths) => {
        const read = paths.map((parts) => join(folder, ...parts))
        const text = policyText(
          { ...none, read, write: read },
          { command: 'x\n- y', deny: read, folder },
        )
        // Nothing that a terminal would obey.
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
        const parsed = await parse(text)
        expect([parsed.read, parsed.write, parsed.deny]).toEqual([read, read, read])
      }),
      { numRuns: 300 },
    )
  })
})

async function parse(text: string): ReturnType<typeof readPolicyFile> {
  const file = join(folder, 'policy.yaml')
  await writeFile(file, text)
  return readPolicyFile(file, { workspace: '/elsewhere', home: '/home/someone' })
}
