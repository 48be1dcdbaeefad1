/**
 * `npm start`: the way of a plugin from an idea, through a marketplace, to somebody else's jail; on the built programs,
 * in temporary homes.
 *
 * @module
 */
import { once } from 'node:events'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { prepare } from './tour/prepare.ts'
import { openScreen } from './tour/screen.ts'
import { passed, walk } from './tour/walk.ts'

const usage = `npm start -- [--exit] [--json]

  --exit  end when the tour is over; without it, the marketplace stays up until Ctrl-C
  --json  print the result as the last line of standard output
`

const { values } = parseArgs({
  options: { exit: { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
})

if (values.help === true) process.stdout.write(usage)
else process.exitCode = await main({ isJson: values.json === true, ends: values.exit === true })

async function main({ isJson, ends }: { isJson: boolean; ends: boolean }): Promise<number> {
  // With --json the story goes to stderr, and stdout keeps its one line.
  const screen = openScreen(isJson ? process.stderr : process.stdout)
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'mb-tour-')))
  const abort = new AbortController()
  const interrupted = once(abort.signal, 'abort')
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort())
  try {
    await using ground = await prepare(folder, screen, abort.signal)
    const result = await walk(ground, screen, abort.signal)
    if (isJson) process.stdout.write(`${JSON.stringify(result)}\n`)
    if (!passed(result)) return abort.signal.aborted ? 130 : 1
    if (ends) return 0
    screen.title(`The marketplace stays up: ${ground.marketplace} (Ctrl-C ends it)`)
    const alive = setInterval(() => {}, 60_000)
    await interrupted
    clearInterval(alive)
    return 0
  } catch (error) {
    screen.failed('tour', error instanceof Error ? error.message : String(error))
    return abort.signal.aborted ? 130 : 1
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
