import { describePermissions, noPermissions, packageStatement } from '@mb/manifest'
import type { ConsentRequest } from '@mb/plugin-core'
import { describe, expect, it } from 'vitest'
import { Output } from '../output/output.ts'
import { showConsentScreen } from './consent-screen.ts'

const keyId = '0123456789abcdef'.repeat(4)
const permissions = describePermissions({
  ...noPermissions,
  fs: { read: [{ path: '${workspace}/**', reason: 'reads the history' }], write: [] },
  exec: [{ command: 'git', args: ['log', '**'] }],
})
const request: ConsentRequest = {
  id: 'acme/notes',
  version: '1.4.0',
  description: 'Writes release notes',
  author: 'Acme <dev@acme.example>',
  signature: { status: 'unsigned', known: false },
  permissions,
  added: permissions,
  warnings: ['Nobody signed it: whoever handed it to you could have changed it'],
  digest: 'd'.repeat(64),
  findings: [],
  permissionsHash: 'e'.repeat(64),
}

function screen(
  changes: Partial<ConsentRequest>,
  { isColoured = false, isScanned = true } = {},
): string {
  const written: string[] = []
  const output = new Output({ write: (line) => written.push(line), columns: 80 }, isColoured)
  showConsentScreen({ ...request, ...changes }, output, { isScanned })
  return written.join('')
}

describe('showConsentScreen()', () => {
  it('shows who made it, who signed it and what it asks, gravest first', () => {
    expect(screen({})).toMatchInlineSnapshot(`
      "acme/notes 1.4.0  Writes release notes
      made by    Acme <dev@acme.example>
      signed by  nobody
      scan       nothing found

      It asks to:
        high    Start the program git log **
        medium  Read all files in the folder you are in “reads the history”
      warning Nobody signed it: whoever handed it to you could have changed it

      "
    `)
  })

  it('marks what is new beside what was granted', () => {
    expect(screen({ added: permissions.slice(1) })).toMatchInlineSnapshot(`
      "acme/notes 1.4.0  Writes release notes
      made by    Acme <dev@acme.example>
      signed by  nobody
      scan       nothing found

      It asks to:
        high    Start the program git log ** (new)
        medium  Read all files in the folder you are in “reads the history”
      warning Nobody signed it: whoever handed it to you could have changed it

      "
    `)
  })

  it('names the version that it replaces, and marks a wider permission as new', () => {
    const shown = screen({ replaces: '1.3.0' })
    expect(shown).toContain('acme/notes 1.3.0 → 1.4.0  Writes release notes\n')
    expect(shown).toContain('Read all files in the folder you are in (new)')
  })

  it('tells a key that is known from one that is new', () => {
    const statement = packageStatement({
      id: 'acme/notes',
      version: '1.4.0',
      tree: { files: [], digest: '' },
      manifestDigest: '',
      permissions: noPermissions,
    })
    const lineOf = (known: boolean): string | undefined =>
      screen({ signature: { status: 'signed', keyId, publicKey: '', statement, known } })
        .split('\n')
        .find((line) => line.startsWith('signed by'))
    expect(lineOf(false)).toBe('signed by  key 0123456789abcdef…, seen for the first time')
    expect(lineOf(true)).toBe('signed by  key 0123456789abcdef…, known from before')
  })

  it('names the marketplace, and shows what the scan found, gravest first', () => {
    expect(
      screen({
        repository: 'home',
        permissions: [],
        added: [],
        warnings: [],
        findings: [
          { id: 'MB4900', severity: 'low', message: 'Long lines' },
          {
            id: 'MB4101',
            severity: 'medium',
            message: 'Opens a connection',
            file: 'dist/index.mjs',
            line: 3,
            column: 7,
            help: 'Declare permissions.net',
          },
        ],
      }),
    ).toMatchInlineSnapshot(`
      "acme/notes 1.4.0  Writes release notes
      made by    Acme <dev@acme.example>
      from       marketplace home
      signed by  nobody
      scan       2 found

      It asks for nothing: it sees the files that you name, and no others.
      The scan found:
        medium dist/index.mjs:3:7 Opens a connection
          Declare permissions.net
        low Long lines

      "
    `)
  })

  it('says when nothing was scanned', () => {
    expect(screen({}, { isScanned: false })).toContain('scan       none\n')
  })

  it('lets what is critical stand out', () => {
    const critical = [{ kind: 'exec', target: '', words: 'Do anything', risk: 'critical' }] as const
    expect(screen({ permissions: critical, added: critical }, { isColoured: true })).toContain(
      '\u001b[1m\u001b[7m\u001b[31mcritical\u001b[39m\u001b[27m\u001b[22m  Do anything',
    )
  })

  it('lets no stranger write to the terminal', () => {
    const hostile = '\u001b[2J\u001b[1;1Hsigned by: you\n\u202e'
    const shown = screen({
      id: hostile,
      description: hostile,
      author: hostile,
      warnings: [hostile],
      repository: hostile,
      findings: [{ id: hostile, severity: 'low', message: hostile, file: hostile, help: hostile }],
      permissions: [{ kind: 'env', target: '', words: hostile, risk: 'low', reason: hostile }],
      added: [],
    })
    expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(shown.split('\n').filter((line) => line.startsWith('signed by'))).toHaveLength(1)
  })
})
