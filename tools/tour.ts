/**
 * `npm start`: the way of a plugin from idea to jail, on the built programs, in a temporary home.
 *
 * @module
 */
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { prepare } from './tour/prepare.ts'
import { openScreen } from './tour/screen.ts'
import { walk, type TourResult } from './tour/walk.ts'

const usage = `npm start -- [--exit] [--json]

  --exit  end by itself (this tour does so already; later ones stay until Ctrl-C)
  --json  print the result as the last line of standard output
`

const { values } = parseArgs({
  options: { exit: { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
})

if (values.help === true) process.stdout.write(usage)
else process.exitCode = await main(values.json === true)

async function main(json: boolean): Promise<number> {
  // With --json the story goes to stderr, and stdout keeps its one line.
  const screen = openScreen(json ? process.stderr : process.stdout)
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'mb-tour-')))
  const abort = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort())
  try {
    await mkdir(join(folder, 'home'), { mode: 0o700 })
    await using ground = await prepare(folder, screen, abort.signal)
    const result = await walk(ground, screen)
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`)
    return passed(result) ? 0 : 1
  } catch (error) {
    screen.failed('tour', error instanceof Error ? error.message : String(error))
    return abort.signal.aborted ? 130 : 1
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function passed(result: TourResult): boolean {
  return (
    result.steps.length === 8 && result.steps.every((step) => step.ok) && result.refused.length >= 3
  )
}
