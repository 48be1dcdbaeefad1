import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { JailPart } from '../../jail/jail-plan.ts'
import { packImage } from './pack-image.ts'

const parts: readonly JailPart[] = [
  { kind: 'bind', path: '/usr', writable: false, directory: true },
  { kind: 'link', path: '/bin', target: 'usr/bin' },
  { kind: 'file', path: '/etc/passwd', text: 'ü:x:0:0::/:/bin/sh\n' },
  { kind: 'file', path: '/etc/empty', text: '' },
]

describe('packImage()', () => {
  it('is unpacked by tar, with links and files alone', () => {
    const folder = mkdtempSync(join(tmpdir(), 'mb-pack-'))
    try {
      const { status, stderr } = spawnSync('tar', ['-xf', '-'], {
        cwd: folder,
        input: packImage(parts),
        encoding: 'utf8',
      })
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
      expect(readlinkSync(join(folder, 'bin'))).toBe('usr/bin')
      expect(readFileSync(join(folder, 'etc/passwd'), 'utf8')).toBe('ü:x:0:0::/:/bin/sh\n')
      expect(statSync(join(folder, 'etc/passwd')).mode & 0o777).toBe(0o444)
      expect(statSync(join(folder, 'etc/empty')).size).toBe(0)
      expect(statSync(join(folder, 'run')).isDirectory()).toBe(true)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('gives the same bytes for the same parts, so that an image is made once', () => {
    expect(packImage(parts).equals(packImage(parts))).toBe(true)
  })

  it('refuses a name that would be cut', () => {
    const path = `/${'x'.repeat(101)}`
    expect(() => packImage([{ kind: 'file', path, text: '' }])).toThrow(RangeError)
  })
})
