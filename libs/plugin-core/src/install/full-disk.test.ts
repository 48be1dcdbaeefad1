import { execFile, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { generateSigningKey } from '@mb/manifest'
import { describe, expect, it } from 'vitest'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'

const child = fileURLToPath(new URL('../fixtures/install-on-full-disk.ts', import.meta.url))

// A mount namespace of its own, and as somebody else than root a user namespace: the mount ends with the process.
const unshare = process.getuid?.() === 0 ? ['--mount'] : ['--map-root-user', '--mount']
const script = 'mount -t tmpfs -o size=4m tmpfs "$1" && mkdir "$1/home" && shift && exec "$@"'
const isPossible =
  spawnSync('unshare', [...unshare, 'sh', '-c', 'mount -t tmpfs tmpfs /mnt'], { stdio: 'ignore' })
    .status === 0

const isFull = process.env['MB_TEST_SIZE'] === 'full'
// In KiB: from no room for the archive to room for all of it.
const rooms = isFull
  ? Array.from({ length: 120 }, (_, index) => index * 4)
  : [0, 100, 160, 240, 300, 312, 324, 336, 344, 352]

describe.skipIf(!isPossible)('an installation on a full disk', () => {
  it(
    'says so wherever the room ends, leaves the home as it was, and goes on once there is room',
    { timeout: 120_000 },
    async () => {
      await using folder = await temporaryFolder()
      const key = generateSigningKey()
      const disk = join(folder.path, 'disk')
      await mkdir(disk)
      const first = await writePlugin(join(folder.path, 'first'), { key })
      const next = await writePlugin(join(folder.path, 'next'), {
        key,
        manifest: { version: '2.0.0' },
        files: { 'big.txt': randomBytes(90_000).toString('hex') },
      })
      const words = [
        ...unshare,
        'sh',
        '-c',
        script,
        'sh',
        disk,
        process.execPath,
        '--conditions=@mb/source',
        child,
        join(disk, 'home'),
        first,
        next,
        ...rooms.map(String),
        '3000',
      ]
      const { stdout } = await promisify(execFile)('unshare', words)
      const results: unknown = JSON.parse(stdout)
      const refused = { code: 'MB_HOME_UNUSABLE', isUnchanged: true, version: '2.0.0' }
      const installed = { code: 'installed', isUnchanged: false, version: '2.0.0' }
      const ends = rooms.map(() => expect.toBeOneOf([refused, installed]))
      // Without the control at the end, whatever is wrong could be taken for a full disk.
      expect(results).toEqual([refused, ...ends.slice(1), installed])
    },
  )
})
