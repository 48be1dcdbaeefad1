import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseMounts } from './mount-table.ts'

describe('parseMounts()', () => {
  it('reads path, type and options, with and without optional fields', () => {
    const text = [
      '65 42 0:40 /newroot / ro,nosuid,nodev,relatime - tmpfs tmpfs rw',
      '66 65 254:0 /usr /usr rw,nosuid shared:1 master:2 - ext4 /dev/vda rw,discard',
      '',
    ].join('\n')
    expect(parseMounts(text)).toEqual([
      {
        path: '/',
        type: 'tmpfs',
        writable: false,
        options: new Set(['ro', 'nosuid', 'nodev', 'relatime']),
      },
      { path: '/usr', type: 'ext4', writable: true, options: new Set(['rw', 'nosuid']) },
    ])
  })

  it('gives back any path that the kernel escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (name) => {
        const escaped = name.replace(
          /[ \t\n\\]/g,
          (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
        )
        const [mount] = parseMounts(`1 2 0:1 / /${escaped} rw - tmpfs tmpfs rw\n`)
        expect(mount?.path).toBe(`/${name}`)
      }),
    )
  })

  it.each(['x', '1 2 0:1 / /path rw', '1 2 0:1 / /path rw tmpfs tmpfs rw'])(
    'refuses a line of another form: %j',
    (line) => {
      expect(() => parseMounts(line)).toThrow(TypeError)
    },
  )
})
