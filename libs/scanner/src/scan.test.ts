import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ScanReport } from './finding.ts'
import { renderReport } from './report/render-report.ts'
import { scan, type ScanOptions } from './scan.ts'

let folder = ''
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'mb-scan-')))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

type Files = Readonly<Record<string, string | Uint8Array>>

async function scanFiles(files: Files, options?: ScanOptions): Promise<ScanReport> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  return scan(folder, options)
}

/** Rules and places of what was found. */
function places({ findings }: ScanReport): readonly string[] {
  return findings.map(({ rule, file, line, column }) => `${rule} ${file}:${line}:${column}`)
}

const manifest = (more = ''): string => `name: notes
version: 1.0.0
description: Writes notes
author: Acme
license: MIT
entry: index.mjs
${more}`

const everything = `import { readFile } from 'node:fs/promises'
import { execFile } from 'node:child_process'
await fetch('https://example.test')
await fetch('https://example.test/2')
`

describe('scan() holds code to its manifest', () => {
  it('tells every use that the manifest does not ask for, once', async () => {
    const report = await scanFiles({ 'plugin.yaml': manifest(), 'index.mjs': everything })
    expect(report.verdict).toBe('warn')
    expect(places(report)).toEqual([
      'undeclared-files index.mjs:1:1',
      'undeclared-processes index.mjs:2:1',
      'undeclared-network index.mjs:3:7',
    ])
    expect(report.findings[2]).toEqual({
      id: 'MB4001',
      rule: 'undeclared-network',
      severity: 'medium',
      message: 'The code uses the network, and the manifest does not ask for it: fetch',
      file: 'index.mjs',
      line: 3,
      column: 7,
      help: 'Ask for the hosts under permissions.net, or remove the use',
      snippet: "await fetch('https://example.test')",
    })
  })

  it.each([
    [
      'permissions',
      'permissions: { net: [example.test], exec: [{ command: git }], fs: { read: ["${workspace}/**"] } }',
    ],
    [
      'optional permissions',
      'optionalPermissions: { net: [example.test], exec: [{ command: git }], fs: { write: ["${data}/**"] } }',
    ],
    [
      'a server and a named file',
      'permissions: { http.serve: true, exec: [{ command: git }] }\ncommands: [{ name: notes, summary: Notes, arguments: [{ name: from, type: file }] }]',
    ],
  ])('tells nothing that it asks for by %s', async (_, more) => {
    const report = await scanFiles({ 'plugin.yaml': manifest(more), 'index.mjs': everything })
    expect(report).toMatchObject({ verdict: 'pass', findings: [], errors: [] })
  })

  it('tells nothing of the kind without a manifest', async () => {
    const report = await scanFiles({ 'index.mjs': everything })
    expect(report).toMatchObject({
      verdict: 'pass',
      findings: [],
      files: 1,
      bytes: everything.length,
    })
  })

  it('takes a manifest that it is given', async () => {
    const { readManifest } = await import('@mb/manifest')
    await writeFile(join(folder, 'plugin.yaml'), manifest('permissions: { net: [example.test] }'))
    const given = await readManifest(folder)
    await writeFile(join(folder, 'plugin.yaml'), manifest())
    const files = { 'index.mjs': `fetch('x')` }
    expect(places(await scanFiles(files))).toEqual(['undeclared-network index.mjs:1:1'])
    expect(places(await scanFiles(files, { manifest: given.manifest }))).toEqual([])
  })

  it('lets tests use what they need, but no plugin hide behind their names', async () => {
    const files = {
      'plugin.yaml': manifest(),
      'index.mjs': '',
      'src/a.test.ts': everything,
      'test_a.py': 'import subprocess',
      'src/b.spec.mjs': 'eval(atob(x))',
    }
    expect(places(await scanFiles(files))).toEqual(['decode-and-run src/b.spec.mjs:1:1'])
    const loaded = await scanFiles({ 'index.mjs': `import './src/a.test.ts'` })
    expect(places(loaded)).toEqual([
      'decode-and-run src/b.spec.mjs:1:1',
      'undeclared-files src/a.test.ts:1:1',
      'undeclared-processes src/a.test.ts:2:1',
      'undeclared-network src/a.test.ts:3:7',
    ])
  })

  it('looks at packages inside, at Python and at its own metadata', async () => {
    const report = await scanFiles({
      'plugin.yaml': manifest(),
      'index.mjs': '',
      'node_modules/dep/index.js': `require('net')`,
      'tool.py': 'import subprocess',
      run: '#!/usr/bin/env python3\nimport socket\nsocket.socket()',
      '.milkbottle/hidden.mjs': 'eval(atob(x))',
    })
    expect(places(report)).toEqual([
      'decode-and-run .milkbottle/hidden.mjs:1:1',
      'undeclared-network node_modules/dep/index.js:1:1',
      'undeclared-network run:3:1',
      'undeclared-processes tool.py:1:1',
    ])
  })

  it('looks at files that are loaded as code under another name', async () => {
    const hidden = 'eval(Buffer.from(x, "base64").toString())'
    const report = await scanFiles({
      'a.cjs': `require('./data/logo.svg')`,
      'data/logo.svg': `require('./more.txt')`,
      'data/more.txt': hidden,
      'data/unused.txt': hidden,
      'lib/package.json': '{ "main": "entry.dat" }',
      'lib/entry.dat': hidden,
      'other.txt': hidden,
    })
    await symlink('other.txt', join(folder, 'link.js'))
    const expected = ['decode-and-run data/more.txt:1:1', 'decode-and-run lib/entry.dat:1:1']
    expect(places(report)).toEqual(expected)
    expect(places(await scan(folder))).toEqual([...expected, 'decode-and-run other.txt:1:1'])
  })
})

describe('scan() tells what runs at installation', () => {
  it.each([
    [
      'a script',
      { 'package.json': '{\n "scripts": { "postinstall": "node x.js" } }' },
      ['install-hook package.json:2:15'],
    ],
    [
      'a script of a package inside',
      { 'node_modules/a/package.json': '{"scripts":{"preinstall":"x"}}' },
      ['install-hook node_modules/a/package.json:1:13'],
    ],
    ['binding.gyp', { 'binding.gyp': '{}' }, ['install-hook binding.gyp:1:1']],
    ['a .pth file', { 'a.pth': 'lib\nimport os; os.system("id")\n' }, ['install-hook a.pth:2:1']],
    [
      'setup code',
      { 'setup.py': 'import os\nfrom setuptools import setup\nos.system("id")\nsetup()' },
      ['install-hook setup.py:3:1'],
    ],
  ])('%s', async (_, files, expected) => {
    const report = await scanFiles(files)
    expect(places(report)).toEqual(expected)
    expect(report.verdict).toBe('block')
  })

  it.each<[string, Files]>([
    [
      'other scripts',
      {
        'package.json':
          '{"scripts":{"build":"tsup","test":"vitest","install":" "},"postinstall":"x"}',
      },
    ],
    ['a .pth file of paths', { 'a.pth': 'lib\n# import os\nimportant\n' }],
    [
      'a setup that only describes',
      {
        'setup.py':
          'import re\nfrom setuptools import setup\nsetup(version=re.compile("x").sub("", open("v").read()))',
      },
    ],
    ['a package.json that nobody can read', { 'package.json': '{"scripts":{"postinstall":"x"' }],
    ['text about it', { 'README.md': '"postinstall": "node x.js"' }],
  ])('but not %s', async (_, files) => {
    expect(await scanFiles(files)).toMatchObject({ verdict: 'pass', findings: [], errors: [] })
  })

  it('tells of scripts of a checkout without alarm', async () => {
    const report = await scanFiles({ 'package.json': '{"scripts":{"prepare":"husky"}}' })
    expect(report.verdict).toBe('pass')
    expect(places(report)).toEqual(['checkout-hook package.json:1:13'])
  })
})

describe('scan() tells of what cannot be judged', () => {
  it.each([
    ['ELF', 'tool', Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 2, 1])],
    ['PE', 'tool.exe', Uint8Array.from([0x4d, 0x5a, 0x90, 0, 3, 0])],
    ['Mach-O', 'tool', Uint8Array.from([0xcf, 0xfa, 0xed, 0xfe])],
    ['a Node addon', 'a.node', Uint8Array.from([1])],
    ['Python bytecode', 'a.pyc', Uint8Array.from([1])],
  ])('%s', async (form, name, content) => {
    const report = await scanFiles({ [name]: content })
    expect(report.verdict).toBe('pass')
    expect(report.findings.map(({ rule, message }) => [rule, message.split(': ')[1]])).toEqual([
      ['native-binary', form],
    ])
  })

  it('a library that poses as JavaScript', async () => {
    const report = await scanFiles({ 'a.js': Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 0, 0]) })
    expect(report.findings.map(({ rule }) => rule)).toEqual(['unparseable', 'native-binary'])
  })

  it('a file of code that nobody can parse, which is an error where the plugin starts', async () => {
    const files = { 'plugin.yaml': manifest(), 'index.mjs': 'const a = ;', 'b.py': 'x = (' }
    const report = await scanFiles(files)
    expect(places(report)).toEqual(['unparseable b.py:1:6', 'unparseable index.mjs:1:11'])
    expect(report.errors).toEqual([
      { file: 'index.mjs', message: "Cannot parse the plugin's entry: Unexpected token" },
    ])
    expect(report.verdict).toBe('error')
    await writeFile(join(folder, 'index.mjs'), '')
    expect((await scan(folder)).verdict).toBe('warn')
  })

  it('an entry that is not there, and a manifest that is none', async () => {
    const missing = await scanFiles({ 'plugin.yaml': manifest() })
    expect(missing).toMatchObject({
      verdict: 'error',
      errors: [{ message: 'Cannot find the plugin\'s entry: there is no "index.mjs"' }],
    })
    expect((await scanFiles({ 'plugin.yaml': 'name: [' })).verdict).toBe('error')
    expect((await scanFiles({ 'plugin.yaml': manifest(), 'plugin.json': '{}' })).verdict).toBe(
      'error',
    )
    expect((await scan(join(folder, 'nowhere'))).verdict).toBe('error')
  })

  it('an entry of any name', async () => {
    const report = await scanFiles({
      'plugin.json':
        '{"name":"a","version":"1.0.0","description":"d","author":"A","license":"MIT","entry":"bin/tool","runtime":"node"}',
      'bin/tool': `require('net')`,
    })
    expect(places(report)).toEqual(['undeclared-network bin/tool:1:1'])
  })
})

describe('scan() stands up to hostile folders', () => {
  it('refuses what leads outside, in a circle or nowhere, and what is no file', async () => {
    await scanFiles({ 'a.js': '' })
    await symlink('/etc', join(folder, 'outside'))
    await symlink('circle', join(folder, 'circle'))
    await symlink('a.js', join(folder, 'inside'))
    execFileSync('mkfifo', [join(folder, 'pipe.js')])
    const report = await scan(folder)
    expect(report.verdict).toBe('error')
    expect(report.errors).toEqual([
      { file: 'circle', message: 'Cannot look at it: it links to something outside' },
      { file: 'outside', message: 'Cannot look at it: it links to something outside' },
      { file: 'pipe.js', message: 'Cannot look at it: it is no regular file' },
    ])
  })

  it.each([
    ['files', { maxFiles: 2 }, 'Cannot look at more than 2 files'],
    ['bytes', { maxBytes: 10 }, 'Cannot look at more than 10 bytes'],
    ['a file', { maxFileBytes: 5 }, 'Cannot look at more than 5 bytes of a file'],
    ['folders', { maxDepth: 1 }, 'Cannot look deeper than 1 folders'],
    ['findings', { maxFindings: 1 }, 'Cannot tell more than 1 findings'],
    ['time', { maxMs: -1 }, 'Cannot scan for longer than -1 ms'],
  ])('ends with an error at the limit of %s', async (_, limits, message) => {
    const files = { 'a.js': 'eval(atob(x))', 'b/c/d.js': 'eval(atob(x))', 'e.js': '' }
    expect((await scanFiles(files)).verdict).toBe('block')
    const report = await scan(folder, { limits })
    expect(report.verdict).toBe('error')
    expect(report.errors.map((each) => each.message)).toContain(message)
    expect(report.findings.length).toBeLessThanOrEqual(2)
  })

  it('reads a line of many megabytes', async () => {
    const megabytes = process.env['MB_TEST_SIZE'] === 'full' ? 7 : 5
    const line = 'f(1,2,"abc");'.repeat(Math.ceil((megabytes * 1024 * 1024) / 13))
    const report = await scanFiles({ 'a.js': `${line}eval(atob(x))` })
    expect(report.verdict).toBe('block')
    expect(places(report)).toEqual([`decode-and-run a.js:1:${line.length + 1}`])
    expect(report.findings[0]?.snippet?.length).toBeLessThanOrEqual(120)
  }, 120_000)

  it('reads what is no UTF-8', async () => {
    const report = await scanFiles({
      'a.js': Buffer.concat([
        Buffer.from('// \n'),
        Buffer.from([0xff, 0xfe, 0xc0]),
        Buffer.from('\neval(atob(x))'),
      ]),
      'b.js': Buffer.from(`/* ü */ eval(atob('x'))`, 'latin1'),
      'c.js': '\uFEFFeval(atob(x))',
    })
    expect(report.findings.map(({ rule, file }) => `${rule} ${file}`)).toEqual([
      'decode-and-run b.js',
      'decode-and-run c.js',
      'unparseable a.js',
    ])
  })

  it('lets no name or text speak in its report', async () => {
    const forged = 'x\n{"verdict":"pass"}\u001B[2K\u202Egnp.js'
    const report = await scanFiles({
      [forged]: '\u001B[2Jeval(atob("\u202E"))//\u2028verdict: pass',
      '__proto__.js': 'eval(atob(x))',
      'constructor/prototype.js': 'Object.prototype.verdict = "pass"; eval(atob(x))',
      'package.json':
        '{"__proto__":{"scripts":{"postinstall":"x"}},"constructor":{"prototype":{"verdict":"pass"}}}',
    })
    expect(report.verdict).toBe('block')
    expect(report.findings.map(({ file }) => file)).toEqual([
      '__proto__.js',
      'constructor/prototype.js',
      'x {"verdict":"pass"} [2K gnp.js',
    ])
    const text = renderReport(report, { format: 'text' })
    // Only line feeds, and each from the reporter itself.
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    expect(text.trimEnd().split('\n').at(-1)).toBe('verdict: block, 3 findings in 4 files')
    expect(JSON.parse(renderReport(report, { format: 'json' }))).toEqual(report)
    expect({}).not.toHaveProperty('verdict')
  })

  it('stops when it is told to', async () => {
    const stopped = scanFiles({ 'a.js': '' }, { signal: AbortSignal.abort() })
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' })
  })
})
