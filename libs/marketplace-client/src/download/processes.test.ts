import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { openTiny } from '../fixtures/open-tiny.ts'
import { makeVersion } from '../fixtures/tiny-marketplace.ts'

const program = fileURLToPath(new URL('../fixtures/download-program.ts', import.meta.url))
const canRun = Boolean(process.features.typescript)
const reason = 'this Node runs no TypeScript by itself'

function start(url: string, folder: string, target: string): ChildProcess {
  const cache = join(folder, 'cache')
  return spawn(
    process.execPath,
    [
      '--conditions=@mb/source',
      '--disable-warning=ExperimentalWarning',
      program,
      url,
      cache,
      target,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
}

describe('downloads of several processes', () => {
  it('go on after one was killed in the middle', async ({ skip }) => {
    skip(!canRun, reason)
    const { tiny, marketplace, folder } = await openTiny()
    const served = makeVersion('acme/pdf', '1.0.0')
    tiny.serve(served)
    tiny.answer = (_, response, { path }) => {
      if (!path.includes('/download?')) return false
      response.writeHead(200, {
        'content-type': 'application/octet-stream',
        'content-length': served.archive.length,
      })
      response.write(served.archive.subarray(0, 100_000))
      return true
    }
    const target = join(folder, 'target')
    await mkdir(target)
    const child = start(tiny.url, folder, target)
    const exited = once(child, 'exit')
    for await (const line of child.stdout ?? []) if (String(line).includes('100000')) break
    child.kill('SIGKILL')
    expect(await exited).toEqual([null, 'SIGKILL'])
    expect(await readdir(target)).toEqual([])

    tiny.answer = () => false
    const file = await marketplace.download(await marketplace.find('acme/pdf'), target)
    expect((await readFile(file)).equals(served.archive)).toBe(true)
    expect(tiny.asked.at(-1)?.headers.range).toBe('bytes=100000-')
    expect(await readdir(join(folder, 'cache', 'partial'))).toEqual([])
  })

  it('do not disturb each other', async ({ skip }) => {
    skip(!canRun, reason)
    const { tiny, marketplace, folder } = await openTiny()
    const served = makeVersion('acme/pdf', '1.0.0', undefined, { bytes: 3_000_000 })
    tiny.serve(served)
    const targets = ['one', 'two', 'three'].map((name) => join(folder, name))
    const ends = await Promise.all(
      targets.map(async (target) => {
        await mkdir(target)
        const child = start(tiny.url, folder, target)
        child.stdout?.resume()
        return once(child, 'exit')
      }),
    )
    expect(ends).toEqual(targets.map(() => [0, null]))
    for (const target of targets)
      expect((await readFile(join(target, 'acme-pdf-1.0.0.zip'))).equals(served.archive)).toBe(true)
    expect(await readdir(join(folder, 'cache', 'partial'))).toEqual([])
    expect(await marketplace.find('acme/pdf')).toMatchObject({
      publicKeyKnown: true,
      knownKeys: [served.detail.keyId],
    })
  })
})
