import { execFile, spawnSync } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { inspectBackends } from '@mb/sandbox'
import { describe, expect, it } from 'vitest'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'

const child = fileURLToPath(new URL('../fixtures/update-on-full-disk.ts', import.meta.url))

// A mount namespace of its own, and as somebody else than root a user namespace: the mount ends with the process.
const unshare = process.getuid?.() === 0 ? ['--mount'] : ['--map-root-user', '--mount']
const script = 'mount -t tmpfs -o size=4m tmpfs "$1" && mkdir "$1/home" && shift && exec "$@"'
const isPossible =
  spawnSync('unshare', [...unshare, 'sh', '-c', 'mount -t tmpfs tmpfs /mnt'], { stdio: 'ignore' })
    .status === 0
const backends = await inspectBackends({ isFirstEnough: true })
const hasJail = backends.some(({ usable }) => usable)

const isFull = process.env['MB_TEST_SIZE'] === 'full'
// In KiB: from no room for a copy to room for all of it.
const rooms = isFull
  ? Array.from({ length: 60 }, (_, index) => index * 16)
  : [0, 64, 160, 320, 420, 520, 640]

const permissions = { fs: { read: ['${data}/**'], write: ['${data}/**'] } }
const migrates = `import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
export default {
  async migrate(_, { data, kv }) {
    await writeFile(join(data, 'form'), 'two')
    await kv.set('form', 'two')
  },
}
`

describe.skipIf(!isPossible || !hasJail)('an update on a full disk', () => {
  it(
    'says so wherever the room ends, and version and data are one',
    { timeout: 300_000 },
    async () => {
      await using folder = await temporaryFolder()
      const disk = join(folder.path, 'disk')
      await mkdir(disk)
      const first = await writePlugin(join(folder.path, 'first'), { manifest: { permissions } })
      const next = await writePlugin(join(folder.path, 'next'), {
        manifest: { version: '2.0.0', permissions },
        files: { 'dist/index.mjs': migrates },
      })
      const node = [process.execPath, '--conditions=@mb/source', child]
      const words = ['sh', '-c', script, 'sh', disk, ...node, join(disk, 'home'), first, next]
      const { stdout } = await promisify(execFile)('unshare', [
        ...unshare,
        ...words,
        ...rooms.map(String),
        '3000',
      ])
      const results: unknown = JSON.parse(stdout)
      const old = { version: '1.0.0', forms: ['one', 'one'] }
      const refused = { ...old, code: 'MB_HOME_UNUSABLE' }
      const updated = { code: 'updated', version: '2.0.0', forms: ['two', 'two'] }
      // What the new version itself could not write is its failure.
      const failed = { ...old, code: 'MB_PLUGIN_UPDATE_FAILED' }
      const ends = rooms.map(() => expect.toBeOneOf([refused, failed, updated]))
      expect(results).toEqual([refused, ...ends.slice(1), updated])
    },
  )
})
