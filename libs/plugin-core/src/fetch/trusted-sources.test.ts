import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseSource } from './parse-source.ts'
import type { FetchedKind } from './plugin-source.ts'
import { isTrustedSource, isTrustPattern, requireTrust } from './trusted-sources.ts'

const runs = process.env['MB_TEST_SIZE'] === 'full' ? 20_000 : 1000

describe('isTrustedSource()', () => {
  it.each([
    ['a.example', 'https://a.example/x.zip'],
    ['A.Example', 'https://a.example/x.zip'],
    ['a.example:443', 'https://a.example/x.zip'],
    ['a.example', 'https://a.example:443/x.zip'],
    ['a.example:8443', 'https://a.example:8443/x.zip'],
    ['bücher.example', 'https://xn--bcher-kva.example/x.zip'],
    ['xn--bcher-kva.example', 'https://bücher.example/x.zip'],
    ['[2606:2800:220:1::1]', 'https://[2606:2800:220:1:0:0:0:1]/x.zip'],
    ['https://a.example', 'https://a.example/x.zip'],
    ['https://a.example/', 'https://a.example/x.zip'],
    ['https://a.example/plugins/', 'https://a.example/plugins/x.zip'],
    ['https://a.example/plugins', 'https://a.example/plugins/x.zip'],
    ['https://a.example/plugins', 'https://a.example/plugins'],
    ['https://a.example/plugins/', 'https://a.example/other/../plugins/x.zip?v=1'],
    ['npm:notes', 'npm:notes@^1'],
    ['npm:@acme/*', 'npm:@acme/notes'],
    ['npm:@acme/notes', 'npm:@acme/notes@1.0.0'],
    ['github:acme/*', 'github:acme/notes'],
    ['github:Acme/Notes', 'github:acme/notes@v1#notes.zip'],
  ])('%s stands for %s', (pattern, source) => {
    expect(isTrustedSource(fetched(source), [pattern])).toBe(true)
  })

  it.each([
    ['a.example', 'https://b.a.example/x.zip'],
    ['a.example', 'https://a.example.evil.example/x.zip'],
    ['a.example', 'https://evil-a.example/x.zip'],
    ['a.example', 'https://a.example:8443/x.zip'],
    ['a.example:8443', 'https://a.example/x.zip'],
    ['a.example', 'https://evil.example/a.example/x.zip'],
    ['a.example', 'https://evil.example/?a.example'],
    // The letter is Cyrillic.
    ['a.example', 'https://\u0430.example/x.zip'],
    ['https://a.example/plugins/', 'https://a.example/x.zip'],
    ['https://a.example/plugins/', 'https://a.example/plugins-evil/x.zip'],
    ['https://a.example/plugins/', 'https://a.example/plugins/../x.zip'],
    ['https://a.example/plugins/', 'https://a.example/plugins/%2e%2e/x.zip'],
    ['https://a.example/plugins/', 'https://a.example/plugins/..%2fx.zip'],
    ['https://a.example/plugins/', 'https://a.example/plugins/%2e%2e%2fx.zip'],
    ['https://a.example/plugins/', 'https://a.example/plugins/%252e%252e%252fx.zip'],
    ['https://a.example/plugins/', 'https://a.example/plugins/..%5cx.zip'],
    ['https://a.example/plugins/', 'https://a.example/plugins/..\\..\\x.zip'],
    ['https://a.example/plugins/', 'https://a.example/plugins/..;/x.zip'],
    ['https://a.example/plugins/', 'https://a.example/plugins/x%00.zip'],
    ['https://a.example/plugins/', 'https://a.example/Plugins/x.zip'],
    ['npm:notes', 'npm:notes-evil'],
    ['npm:notes', 'npm:@acme/notes'],
    ['npm:@acme/*', 'npm:@acme-evil/notes'],
    ['npm:@acme/*', 'npm:acme'],
    ['github:acme/*', 'github:acme-evil/notes'],
    ['github:acme/notes', 'github:acme/notes.js'],
    ['github:acme/notes', 'npm:notes'],
    ['notes', 'npm:notes'],
    ['marketplace:notes', 'npm:notes'],
  ])('%s does not stand for %s', (pattern, source) => {
    expect(isTrustPattern(pattern)).toBe(true)
    expect(isTrustedSource(fetched(source), [pattern])).toBe(false)
  })

  it.each([
    '',
    '*',
    '*.example',
    'ada@a.example',
    'good.example@evil.example',
    'a.example/',
    'a.example/plugins',
    'a.example?x',
    'a.example#x',
    'a.example:0x50',
    'a.example:99999',
    'a.example\\@evil.example',
    'a.example\n',
    'a..example/',
    'http://a.example/',
    'https://ada:secret@a.example/',
    'https://a.example/?x=1',
    'https://a.example/#x',
    'https://a.example/a%2fb/',
    'https:a.example',
    'https:///x',
    'npm:*',
    'npm:@acme',
    'npm:@*/notes',
    'npm:@acme/*x',
    'npm:notes@1',
    'github:*/*',
    'github:acme',
    'github:acme/notes@v1',
    'github:acme/../x',
    'marketplace:*',
    'marketplace:Acme',
    'file:///srv',
    'a b.example',
    '$(reboot).example',
  ])('takes %j for no source', (pattern) => {
    expect(isTrustPattern(pattern)).toBe(false)
  })

  it('goes by the name of a marketplace alone', () => {
    const asked = { kind: 'marketplace', repository: 'acme' } as const
    expect(isTrustedSource(asked, ['marketplace:acme'])).toBe(true)
    expect(isTrustedSource(asked, ['marketplace:other', 'acme', 'npm:acme', 'github:acme/*'])).toBe(
      false,
    )
  })

  it('stands for no other host, however the address is written', () => {
    const piece = fc.constantFrom(
      'a.example',
      'evil.example',
      '@',
      ':',
      '/',
      '\\',
      '?',
      '#',
      '.',
      '..',
      '%2e',
      '%40',
      '%2f',
      ';',
      '443',
      '8443',
      '//',
      '\t',
      ' ',
      '\u3002',
      '\uFF0E',
      'xn--',
      '[',
      ']',
      '*',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = `https://${pieces.join('')}`
        const url = URL.canParse(text) ? new URL(text) : undefined
        if (url?.protocol !== 'https:') return
        const isTrusted = isTrustedSource({ kind: 'https', url: url.href }, ['a.example'])
        expect(isTrusted).toBe(url.hostname === 'a.example' && url.port === '')
      }),
      { numRuns: runs },
    )
  })

  it.each([
    ['https://a.example/plugins/', 'https://a.example/plugins', false],
    ['https://a.example/plugins/', 'https://a.example/plugins/..\\plugins', false],
    ['https://a.example/plugins/', 'https://a.example/plugins/x.zip', true],
    ['https://a.example/plugins', 'https://a.example/plugins', true],
    ['https://a.example/x.zip', 'https://a.example/x.zip', true],
    ['https://a.example/x.zip', 'https://a.example/x.zipper', false],
  ])('%s holds %s: %s', (pattern, url, isIn) => {
    expect(isTrustedSource({ kind: 'https', url: new URL(url).href }, [pattern])).toBe(isIn)
  })

  it('keeps to a place, whatever a server makes of the path', () => {
    const piece = fc.constantFrom(
      'plugins',
      'x',
      '/',
      '..',
      '.',
      '%2e',
      '%2E%2e',
      '%2f',
      '%5C',
      '\\',
      '%252e',
      ';',
      '%00',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const url = new URL(`https://a.example/plugins/${pieces.join('')}`).href
        if (!isTrustedSource({ kind: 'https', url }, ['https://a.example/plugins/'])) return
        expect(readings(new URL(url).pathname).every((path) => path.startsWith('/plugins/'))).toBe(
          true,
        )
      }),
      { numRuns: runs },
    )
  })
})

describe('requireTrust()', () => {
  const rules = { trustedSources: [], allowUntrusted: false }

  it('says which source it is and how it is trusted', () => {
    expect(() => requireTrust(fetched('https://a.example/x.zip?token=s3cr3t'), rules)).toThrow(
      expect.objectContaining({
        code: 'MB_SOURCE_UNTRUSTED',
        outcome: 'refused',
        message:
          'Cannot install from "https://a.example/x.zip": "a.example" is none of your trusted sources',
        hint: 'If you trust it, `mb plugin sources add a.example`, and try again',
        details: { source: 'https://a.example/x.zip', pattern: 'a.example' },
      }),
    )
  })

  it('gives no command to copy that a shell would act on', () => {
    const asked = { kind: 'https', url: new URL('https://$(reboot);x.example/').href } as const
    expect(() => requireTrust(asked, rules)).toThrow(
      expect.objectContaining({
        hint: 'It cannot be trusted under that name; fetch the archive yourself, check it, and name the file',
      }),
    )
  })

  it('lets everything be where everything is allowed', () => {
    requireTrust(fetched('npm:notes'), { trustedSources: [], allowUntrusted: true })
    expect(() => requireTrust(fetched('npm:notes'), rules)).toThrow('trusted sources')
  })
})

/** What servers have been seen to make of a path. */
function readings(path: string): readonly string[] {
  const once = decode(path)
  const plain = [path, once, decode(once)].flatMap((each) => [
    each,
    each.replaceAll('\\', '/'),
    each.replaceAll(/;[^/]*/g, ''),
  ])
  return plain.map((each) => new URL(each.replaceAll(/[?#]/g, ''), 'https://a.example').pathname)
}

function decode(path: string): string {
  return path.replaceAll(/%[0-9a-f]{2}/gi, (each) => {
    try {
      return decodeURIComponent(each)
    } catch {
      return each
    }
  })
}

function fetched(text: string): FetchedKind {
  const source = parseSource(text)
  if (source.kind === 'https' || source.kind === 'npm' || source.kind === 'github') return source
  throw new TypeError(`Cannot fetch ${text}`)
}
