import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quote } from './quote.ts'
import { seatbeltProfile, type SeatbeltPlan } from './seatbelt-profile.ts'

const identity = { device: 1, inode: 2 }
const scratch = '/private/var/folders/x/mb-seatbelt-1/home'
const nothing = { paths: [], covers: [], absent: [], links: [] }

const plans: Readonly<Record<string, SeatbeltPlan>> = {
  empty: { policy: nothing, scratch },
  grants: {
    policy: {
      paths: [
        { path: '/Users/ada/project', writable: true, directory: true, ...identity },
        { path: '/Users/ada/notes.txt', writable: false, directory: false, ...identity },
      ],
      covers: [
        { kind: 'hidden', path: '/Users/ada/project/secret', directory: true },
        { kind: 'kept', path: '/Users/ada/project/.git/hooks', directory: true, ...identity },
        { kind: 'pinned', path: '/Users/ada/project/.git', ...identity },
      ],
      absent: ['/Users/ada/project/.vscode'],
      links: [{ path: '/Users/ada/project/.envrc', target: '../.envrc' }],
    },
    scratch,
  },
  hostile: {
    policy: {
      ...nothing,
      paths: [
        {
          path: '/Users/ada/")(allow default)("\\',
          writable: true,
          directory: true,
          ...identity,
        },
      ],
    },
    scratch,
  },
}

describe('seatbeltProfile()', () => {
  it.each(Object.entries(plans))('draws up %s', async (name, plan) => {
    const golden = join(import.meta.dirname, '../../../test/golden', `${name}.sb`)
    expect(seatbeltProfile(plan)).toBe(await readFile(golden, 'utf8'))
  })

  it('has a rule for each path and no more, whatever is in its name', () => {
    const name = fc.string({
      unit: fc.constantFrom('"', '\\', '(', ')', ';', ' ', '#', '|', 'a', '/', 'ü'),
    })
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 5 }), fc.boolean(), (names, writable) => {
        const paths = names.map((each) => ({
          path: `/Users/${each}`,
          writable,
          directory: true,
          ...identity,
        }))
        const base = readForms(seatbeltProfile({ policy: nothing, scratch }))
        const forms = readForms(seatbeltProfile({ policy: { ...nothing, paths }, scratch }))
        expect(forms).toHaveLength(base.length + paths.length * (writable ? 3 : 2))
        const read = paths.map(({ path }) => [
          'allow',
          'file-read*',
          'file-map-executable',
          ['subpath', { text: path }],
        ])
        expect(forms).toEqual(expect.arrayContaining(read))
      }),
    )
  })

  it.each(['/a\nb', '/a\u0000b', '/a\u007fb'])('refuses %j', (text) => {
    expect(() => quote(text)).toThrow(RangeError)
  })
})

type Form = string | { readonly text: string } | readonly Form[]

/** Reads forms as a Scheme does: lists, words, and texts with escapes. */
function readForms(source: string): readonly Form[] {
  const tokens = source.match(/[()]|"(?:[^"\\]|\\[^])*"|[^\s()"]+/g) ?? []
  expect(tokens.join('').replaceAll(/\s/g, '')).toBe(source.replaceAll(/\s/g, ''))
  const stack: Form[][] = [[]]
  for (const token of tokens) {
    if (token === '(') stack.push([])
    else if (token === ')') {
      const list = stack.pop() ?? []
      stack.at(-1)?.push(list)
    } else stack.at(-1)?.push(readAtom(token))
  }
  expect(stack).toHaveLength(1)
  return stack[0] ?? []
}

function readAtom(token: string): Form {
  if (!token.startsWith('"')) return token
  return { text: token.slice(1, -1).replaceAll(/\\([^])/g, '$1') }
}
