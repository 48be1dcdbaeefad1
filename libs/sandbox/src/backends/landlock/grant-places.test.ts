import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { isInside } from '@mb/kernel'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JailPart, JailPlan } from '../../jail/jail-plan.ts'
import { grantPlaces } from './grant-places.ts'
import { accessOf } from './landlock-rules.ts'

const bind = (path: string, writable = false): JailPart => ({
  kind: 'bind',
  path,
  writable,
  directory: lstatSync(path).isDirectory(),
})

/** The rules for parts, without those that every jail has: each path with `r`, `w` and `/` for a folder. */
function rulesFor(base: string, ...parts: readonly JailPart[]): Readonly<Record<string, string>> {
  const plan: JailPlan = { parts, filter: Buffer.alloc(8), mounts: [], env: {} }
  const forms = [true, false].flatMap((directory) =>
    [true, false].map((writable) => ({
      access: accessOf({ writable, directory }),
      form: `${writable ? 'w' : 'r'}${directory ? '/' : ''}`,
    })),
  )
  return Object.fromEntries(
    grantPlaces(plan)
      .filter(({ path }) => isInside(base, path))
      .map(({ path, access }) => [
        path.slice(base.length),
        forms.find((each) => each.access === access)?.form ?? 'other',
      ]),
  )
}

function withTree(entries: readonly string[], use: (base: string) => void): void {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'mb-places-')))
  try {
    for (const entry of entries) {
      const path = join(base, entry)
      mkdirSync(entry.endsWith('/') ? path : dirname(path), { recursive: true })
      if (!entry.endsWith('/')) writeFileSync(path, '')
    }
    use(base)
  } finally {
    rmSync(base, { recursive: true })
  }
}

describe('grantPlaces()', () => {
  it('grants folders and files as they are', () => {
    withTree(['read/a', 'write/b', 'file'], (base) => {
      const parts = [
        bind(join(base, 'read')),
        bind(join(base, 'write'), true),
        bind(`${base}/file`),
      ]
      expect(rulesFor(base, ...parts)).toEqual({ '/read': 'r/', '/write': 'w/', '/file': 'r' })
    })
  })

  it('grants what lies beside a place that only may be read, and the folder to read', () => {
    withTree(['.git/hooks/x', '.git/config', 'src/a', 'file'], (base) => {
      const kept = [bind(join(base, '.git/config')), bind(join(base, '.git/hooks'))]
      expect(rulesFor(base, bind(base, true), ...kept)).toEqual({
        '': 'r/',
        '/.git': 'r/',
        '/.git/config': 'r',
        '/.git/hooks': 'r/',
        '/src': 'w/',
        '/file': 'w',
      })
    })
  })

  it('grants nothing that holds a hidden place, but what lies beside it', () => {
    withTree(['.ssh/key', 'a/b', '.npmrc'], (base) => {
      const hidden: readonly JailPart[] = [
        { kind: 'tmpfs', path: join(base, '.ssh'), bytes: 4096 },
        {
          kind: 'bind',
          path: join(base, '.npmrc'),
          from: '/dev/null',
          writable: false,
          directory: false,
        },
      ]
      expect(rulesFor(base, bind(base), ...hidden)).toEqual({ '/a': 'r/' })
    })
  })

  it('follows no link beside a closed place', () => {
    withTree(['closed/', 'a'], (base) => {
      symlinkSync('/etc', join(base, 'link'))
      expect(rulesFor(base, bind(base, true), bind(join(base, 'closed')))).toEqual({
        '': 'r/',
        '/closed': 'r/',
        '/a': 'w',
      })
    })
  })

  it('refuses a grant that is another file by now', () => {
    withTree(['read/'], (base) => {
      const path = join(base, 'read')
      const source = { path, device: lstatSync(path).dev, inode: 1 }
      const mounts = [{ path, kind: 'bind', writable: false, source } as const]
      const plan: JailPlan = { parts: [bind(path)], filter: Buffer.alloc(8), mounts, env: {} }
      expect(() => grantPlaces(plan)).toThrow(
        expect.objectContaining({ code: 'MB_SANDBOX_BELOW_MINIMUM' }),
      )
    })
  })

  it('gives no rule to a closed place or to what holds it, whatever is granted around it', () => {
    const names = ['a', 'b', 'c']
    const path = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 })
    const all = names.flatMap((x) => names.flatMap((y) => names.map((z) => `${x}/${y}/${z}/`)))
    withTree(all, (base) => {
      fc.assert(
        fc.property(fc.uniqueArray(path, { maxLength: 4, selector: String }), (closed) => {
          const hidden = closed
            .map((parts) => join(base, ...parts))
            .toSorted()
            .map((each) => ({ kind: 'tmpfs', path: each, bytes: 4096 }) as const)
          const rules = Object.keys(rulesFor(base, bind(base, true), ...hidden))
          const leaked = hidden.filter((place) =>
            rules.some((rule) => isInside(join(base, rule), place.path)),
          )
          expect(leaked).toEqual([])
        }),
        { numRuns: 60 },
      )
    })
  })
})
