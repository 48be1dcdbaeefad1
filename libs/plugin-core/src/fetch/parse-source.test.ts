import { existsSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { PluginError } from '../plugin-error.ts'
import { parseSource } from './parse-source.ts'
import { formatSource } from './plugin-source.ts'

const digest = 'ab'.repeat(32)
const runs = process.env['MB_TEST_SIZE'] === 'full' ? 20_000 : 500

describe('parseSource()', () => {
  it.each([
    ['./notes', { kind: 'path', path: './notes' }],
    ['../notes', { kind: 'path', path: '../notes' }],
    ['.', { kind: 'path', path: '.' }],
    ['/srv/notes', { kind: 'path', path: '/srv/notes' }],
    ['~/notes', { kind: 'path', path: '~/notes' }],
    ['notes/', { kind: 'path', path: 'notes/' }],
    ['a/b/c', { kind: 'path', path: 'a/b/c' }],
    ['notes-1.0.0.zip', { kind: 'path', path: 'notes-1.0.0.zip' }],
    ['packages/notes.tar.gz', { kind: 'path', path: 'packages/notes.tar.gz' }],
    ['C:\\notes', { kind: 'path', path: 'C:\\notes' }],
    ['C:notes', { kind: 'path', path: 'C:notes' }],
    ['My notes', { kind: 'path', path: 'My notes' }],
    ['1st', { kind: 'path', path: '1st' }],
    ['file:///srv/my%20notes', { kind: 'path', path: '/srv/my notes' }],
    ['notes', { kind: 'name', spec: 'notes', path: 'notes' }],
    ['My_Notes', { kind: 'name', spec: 'my-notes', path: 'My_Notes' }],
    ['acme/notes', { kind: 'name', spec: 'acme/notes', path: 'acme/notes' }],
    ['acme/notes@^1.2.0', { kind: 'name', spec: 'acme/notes@^1.2.0', path: 'acme/notes@^1.2.0' }],
    ['notes@1.x || 3', { kind: 'name', spec: 'notes@1.x || 3', path: 'notes@1.x || 3' }],
    ['marketplace:acme/notes@1', { kind: 'marketplace', spec: 'acme/notes@1' }],
    ['Marketplace:notes', { kind: 'marketplace', spec: 'notes' }],
    ['npm:notes', { kind: 'npm', name: 'notes' }],
    ['npm:@acme/notes', { kind: 'npm', name: '@acme/notes' }],
    ['npm:@acme/notes@next', { kind: 'npm', name: '@acme/notes', range: 'next' }],
    ['npm:notes@>=1.2.0 <2', { kind: 'npm', name: 'notes', range: '>=1.2.0 <2' }],
    ['github:acme/notes', { kind: 'github', owner: 'acme', repository: 'notes' }],
    [
      'github:Acme/notes.js@plugin/v1.0.0+2#notes.zip',
      {
        kind: 'github',
        owner: 'Acme',
        repository: 'notes.js',
        tag: 'plugin/v1.0.0+2',
        asset: 'notes.zip',
      },
    ],
    ['https://a.example/x.zip', { kind: 'https', url: 'https://a.example/x.zip' }],
    ['HTTPS://A.Example.:443/a/../x', { kind: 'https', url: 'https://a.example/x' }],
    [
      `https://a.example/x?v=1#sha256=${digest.toUpperCase()}`,
      { kind: 'https', url: 'https://a.example/x?v=1', sha256: digest },
    ],
  ])('reads %j', (text, expected) => {
    expect(parseSource(text)).toEqual(expected)
  })

  it.each([
    ['', 'it is empty, too long, or holds control characters'],
    ['./a\nb', 'it is empty, too long, or holds control characters'],
    ['x'.repeat(5000), 'it is empty, too long, or holds control characters'],
    [
      'http://a.example/x.zip',
      'http is not encrypted: anybody on the way could put another plugin in its place',
    ],
    ['ftp://a.example/x.zip', 'nothing is fetched by "ftp:"'],
    ['git+ssh://git@a.example/x.git', 'nothing is fetched by "git+ssh:"'],
    ['javascript:alert(1)', 'nothing is fetched by "javascript:"'],
    ['git@a.example:acme/notes.git', 'nothing is fetched by git'],
    ['@acme/notes', 'it could be a package of npm, and those have to be named as such'],
    ['notes@latest', 'what stands after the "@" is no range of versions'],
    ['acme/notes@', 'what stands after the "@" is no range of versions'],
    ['marketplace:', 'it is no name of a plugin'],
    ['marketplace:a/b/c', 'it is no name of a plugin'],
    ['marketplace:../../x', 'it is no name of a plugin'],
    ['file://elsewhere/x', 'it is no address of a file here'],
    ['https://', 'it is no address'],
    ['https:a.example/x.zip', 'it is no address'],
    ['https:\\\\a.example/x.zip', 'it is no address'],
    ['https:///', 'it is no address'],
    ['https://a.example/x#sha256=abc', 'what stands after its "#" is no digest'],
    ['https://a.example/x#md5=abc', 'what stands after its "#" is no digest'],
    ['npm:', '"" is no name of a package'],
    ['npm:--global', '"--global" is no name of a package'],
    ['npm:-g', '"-g" is no name of a package'],
    ['npm:./notes', '"./notes" is no name of a package'],
    ['npm:notes.tgz', '"notes.tgz" is no name of a package'],
    ['npm:acme/notes', '"acme/notes" is no name of a package'],
    ['npm:@acme/../notes', '"@acme/../notes" is no name of a package'],
    ['npm:@acme', '"@acme" is no name of a package'],
    ['npm:Notes', '"Notes" is no name of a package'],
    ['npm:notes@npm:other', '"npm:other" is neither a range of versions nor a tag'],
    ['npm:notes@file:../x', '"file:../x" is neither a range of versions nor a tag'],
    ['npm:notes@git+https://x', '"git+https://x" is neither a range of versions nor a tag'],
    ['npm:notes@1.0.0-x.tgz', '"1.0.0-x.tgz" is neither a range of versions nor a tag'],
    ['npm:notes@--global', '"--global" is neither a range of versions nor a tag'],
    ['npm:notes@', '"" is neither a range of versions nor a tag'],
    ['github:acme', 'it is no release'],
    ['github:acme/..', 'it is no release'],
    ['github:acme/notes@../../x', 'it is no release'],
    ['github:acme/notes@a//b', 'it is no release'],
    ['github:acme/notes#../x', 'it is no release'],
    ['github:a b/notes', 'it is no release'],
    ['github:-x/notes', 'it is no release'],
  ])('refuses %j', (text, reason) => {
    expect(() => parseSource(text)).toThrow(PluginError)
    expect(() => parseSource(text)).toThrow(reason)
  })

  it.each([
    'https://ada:s3cr3t-word@a.example/x.zip',
    'https://s3cr3t-word@a.example/x.zip',
    'https://ada:s3cr3t-word@:99999/x.zip',
    'https://a.example:99999/x?token=s3cr3t-word',
    'https://a.example/x?key=s3cr3t-word#nothing',
  ])('never prints what could be a secret: %s', (text) => {
    const error = thrown(() => parseSource(text))
    expect(error).toMatchObject({ code: 'MB_SOURCE_INVALID' })
    expect(`${String(error)}${JSON.stringify(error)}`).not.toContain('s3cr3t')
  })

  it('reads what it has written, and writes no query', () => {
    const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/)
    const version = fc.constantFrom(undefined, '1.0.0', '^2', 'next', '>=1 <3')
    const source = fc.oneof(
      fc.tuple(label, label, version).map(([scope, name, range]) => ({
        kind: 'npm' as const,
        name: `@${scope}/${name}`,
        ...(range === undefined ? {} : { range }),
      })),
      fc
        .tuple(label, label, fc.option(label), fc.option(label))
        .map(([owner, name, tag, asset]) => ({
          kind: 'github' as const,
          owner,
          repository: name,
          ...(tag === null ? {} : { tag }),
          ...(asset === null ? {} : { asset }),
        })),
      fc.webUrl({ validSchemes: ['https'] }).map((url) => ({
        kind: 'https' as const,
        url: new URL(url).href,
      })),
    )
    fc.assert(
      fc.property(source, (given) => {
        expect(parseSource(formatSource(given))).toEqual(given)
      }),
      { numRuns: runs },
    )
    expect(formatSource(parseSource('https://a.example/x?token=secret'))).toBe(
      'https://a.example/x',
    )
  })

  it('gives a source or one of our errors, whatever it is given', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc
        .array(
          fc.constantFrom(
            'npm:',
            'https://',
            'github:',
            'marketplace:',
            'file:',
            '@',
            '/',
            '..',
            '#',
            ' ',
            'notes',
            'acme',
            '^1',
            '-g',
            '%2f',
            '\\',
            ':',
            '\u202E',
            '.tgz',
            '?',
            '|',
            '~',
          ),
          { maxLength: 6 },
        )
        .map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(text, (given) => {
        const error = thrown(() => parseSource(given))
        expect(error === undefined || error instanceof PluginError).toBe(true)
      }),
      { numRuns: runs },
    )
  })
})

const npmPackageArg = findNpmPackageArg()

describe.skipIf(npmPackageArg === undefined)(
  'parseSource() beside the reader of npm itself',
  () => {
    it('lets nothing through that npm would not look up in its registry', () => {
      const part = fc.constantFrom(
        'notes',
        'acme',
        '@',
        '/',
        '.',
        '..',
        '-',
        '--x',
        '~',
        '^',
        '1.0.0',
        '*',
        'x',
        ' ',
        '||',
        '.tgz',
        '.tar.gz',
        '.TAR',
        'git',
        'git+ssh:',
        'npm:',
        'file:',
        ':',
        'github:',
        '#',
        'C:',
        'latest',
        'v1',
        '>=',
        '<',
        '=',
        '+',
        '%',
        '\\',
        'http://',
        '_',
        '!',
        '(',
        '$',
      )
      const text = fc.array(part, { minLength: 1, maxLength: 7 }).map((parts) => parts.join(''))
      fc.assert(
        fc.property(text, (given) => {
          const source = sourceOf(`npm:${given}`)
          if (source?.kind !== 'npm') return
          const read = npmPackageArg?.(`${source.name}@${source.range ?? 'latest'}`, '/nowhere')
          expect(read?.name).toBe(source.name)
          expect(['tag', 'version', 'range']).toContain(read?.type)
        }),
        { numRuns: runs * 20 },
      )
    })

    it('would be a file, a folder, a repository or an address without that', () => {
      expect(
        ['notes.tgz', './notes', 'acme/notes', 'notes@file:x', 'https://a.example/x'].map(
          (text) => npmPackageArg?.(text, '/nowhere').type,
        ),
      ).toEqual(['file', 'directory', 'git', 'directory', 'remote'])
    })
  },
)

function sourceOf(text: string): ReturnType<typeof parseSource> | undefined {
  try {
    return parseSource(text)
  } catch {
    return undefined
  }
}

function thrown(work: () => unknown): unknown {
  try {
    work()
    return undefined
  } catch (error) {
    return error
  }
}

type NpmPackageArg = (
  text: string,
  where: string,
) => { readonly type: string; readonly name: string }

/** The reader that npm brings along. */
function findNpmPackageArg(): NpmPackageArg | undefined {
  const npm = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'npm'))
    .find((file) => existsSync(file))
  if (npm === undefined) return undefined
  try {
    const read: unknown = createRequire(realpathSync(npm))('npm-package-arg')
    if (typeof read !== 'function') return undefined
    const shape = z.object({ type: z.string(), name: z.string().nullish() })
    return (text, where) => {
      const { type, name } = shape.parse(Reflect.apply(read, undefined, [text, where]))
      return { type, name: name ?? '' }
    }
  } catch {
    return undefined
  }
}
