import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { doctor } from '../doctor/doctor.ts'
import { expectWhole } from '../fixtures/expect-whole.ts'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import { openPluginHost } from '../host.ts'

const child = fileURLToPath(new URL('../fixtures/change-at-random.ts', import.meta.url))
const isFull = process.env['MB_TEST_SIZE'] === 'full'
const milliseconds = isFull ? 60_000 : 3000

interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly output: string
}

async function changeAtRandom(words: readonly string[], dieAfterMs?: number): Promise<Ended> {
  const started = spawn(process.execPath, ['--conditions=@mb/source', child, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [started.stdout, started.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  const timer =
    dieAfterMs === undefined ? undefined : setTimeout(() => started.kill('SIGKILL'), dieAfterMs)
  return await new Promise((resolve, reject) => {
    started.on('error', reject)
    started.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ code, signal, output })
    })
  })
}

async function sourcesIn(root: string): Promise<readonly string[]> {
  const sources: string[] = []
  for (const name of ['one', 'two', 'three']) {
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) {
      const manifest = { name, version, commands: [{ name, summary: 'Runs' }] }
      sources.push(await writePlugin(join(root, `${name}-${version}`), { manifest, key: 'none' }))
    }
  }
  return sources
}

describe('processes that change the same plugins at once', () => {
  const timeout = milliseconds * 2 + 120_000

  it.each([2, 8])(
    '%i of them break nothing and wait for nobody for ever',
    { timeout },
    async (count) => {
      await using folder = await temporaryFolder()
      const home = join(folder.path, 'home')
      const sources = await sourcesIn(folder.path)
      const ended = await Promise.all(
        Array.from({ length: count }, (_, seed) =>
          changeAtRandom([home, String(milliseconds), String(seed), ...sources]),
        ),
      )
      expect(ended.filter(({ code }) => code !== 0)).toEqual([])
      for (const { output } of ended) {
        const done: Readonly<Record<string, number>> = JSON.parse(output)
        expect(Object.values(done).reduce((sum, each) => sum + each, 0)).toBeGreaterThan(0)
      }
      await expectWhole(home)
      expect(await doctor({ home })).toEqual({ findings: [], isHealthy: true })
    },
  )

  it('some of which are killed at any moment', { timeout }, async () => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    const sources = await sourcesIn(folder.path)
    const rounds = isFull ? 12 : 2
    for (let round = 0; round < rounds; round += 1) {
      const words = [home, '2000', String(round), ...sources]
      const [killed, alive] = await Promise.all([
        changeAtRandom(words, 700 + round * 97),
        changeAtRandom(words),
      ])
      expect([killed.signal, alive.code, alive.signal]).toEqual(['SIGKILL', 0, null])
      // The next one that comes finds a home that is whole.
      const host = await openPluginHost({ home, consent: async () => true })
      await host.install(sources[0] ?? '')
      await expectWhole(home)
      expect((await doctor({ home })).findings).toEqual([])
    }
  })
})
