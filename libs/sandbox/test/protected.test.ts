import { spawn } from 'node:child_process'
import { chown } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { BackendName } from '@mb/sandbox'
import { expect, it } from 'vitest'
import { canRunAs, isFull, onEveryBackend, temporaryFolder, unprivileged } from './engine.ts'
import { plants } from './plants.ts'

interface Result {
  readonly name: string
  readonly planted: boolean
  readonly controlPlanted: boolean
  readonly said: string
}

const isRoot = process.getuid?.() === 0
const users = [
  {
    title: isRoot ? 'root' : 'this user',
    user: undefined,
    isPossible: true,
    kinds: isRoot && !isFull ? ['repository'] : ['repository', 'plain'],
  },
  {
    title: 'an ordinary user',
    user: unprivileged,
    isPossible: isRoot && (await canRunAs(unprivileged)),
    kinds: isFull ? ['repository', 'plain'] : ['plain'],
  },
]

onEveryBackend('a program that may write in a workspace', (backend) => {
  for (const { title, user, isPossible, kinds } of users) {
    it.runIf(isPossible)(
      `of ${title} leaves nothing there that runs later`,
      async () => {
        const results = await plant(backend, user, kinds)
        expect(results.filter(({ controlPlanted }) => !controlPlanted)).toEqual([])
        expect(results.filter(({ planted }) => planted)).toEqual([])
        const isTried = (where: string | undefined): boolean =>
          kinds.some((kind) => (where ?? kind) === kind)
        expect(results.length).toBeGreaterThanOrEqual(
          plants.filter(({ where }) => isTried(where)).length,
        )
      },
      120_000,
    )
  }
})

async function plant(
  backend: BackendName,
  user: number | undefined,
  kinds: readonly string[],
): Promise<readonly Result[]> {
  const fixture = fileURLToPath(new URL('fixtures/plant.ts', import.meta.url))
  await using folder = await temporaryFolder()
  if (user !== undefined) await chown(folder.path, user, user)
  const child = spawn(process.execPath, ['--conditions=@mb/source', fixture, ...kinds], {
    timeout: 110_000,
    killSignal: 'SIGKILL',
    ...(user === undefined ? {} : { uid: user, gid: user }),
    env: {
      PATH: '/usr/bin:/bin',
      NODE_OPTIONS: '--no-warnings',
      TMPDIR: folder.path,
      MB_TEST_BACKEND: backend,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  if (stdout === '') throw new Error(`Cannot judge the plants: ${stderr}`)
  const results: readonly Result[] = JSON.parse(stdout)
  return results
}
