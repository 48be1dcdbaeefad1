/**
 * A new version that asks for more: it waits, the old one goes on running, and whoever let it in can go back.
 *
 * @module
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { must } from '../must.ts'
import { onlyFile, project } from '../project.ts'
import type { Outcome } from '../run-program.ts'
import type { Act, Tour } from '../tour-result.ts'

// Of mb: what was asked for is refused until somebody agrees.
const refusedCode = 3

/** Publishes it, sees it wait, lets it in, and goes back. */
export const update: Act = async (tour) => {
  await publishNext(tour)
  const { ground, screen } = tour

  screen.command('mb plugin update notes --to 0.2.0 </dev/null')
  const waiting = await ground.user.mb(['plugin', 'update', 'notes', '--to', '0.2.0'])
  expectRefused(waiting)
  screen.output(`${waiting.stdout}${waiting.stderr}`, 6)
  await expectVersion(tour, '0.1.0')

  screen.command('mb plugin approve notes --yes')
  const { stdout } = await must(ground.user.mb(['plugin', 'approve', 'notes', '--yes']))
  screen.output(stdout, 3)
  await expectVersion(tour, '0.2.0')

  // What was agreed to is good for 0.2.x: going back to 0.1.0 is asked about.
  screen.command('mb plugin rollback notes')
  const back = await must(ground.user.mb(['plugin', 'rollback', 'notes']))
  screen.output(back.stdout, 3)
  await expectVersion(tour, '0.1.0')
  return 'an update that asks for more waited for a yes, and was taken back in one command'
}

/** The author's next version, which wants to know the time zone. */
async function publishNext({ ground, screen }: Tour): Promise<void> {
  const folder = project(ground)
  const replace = async (file: string, from: string | RegExp, to: string): Promise<void> => {
    const text = await readFile(join(folder, file), 'utf8')
    const next = text.replace(from, to)
    if (next === text) throw new Error(`Cannot change "${file}": it does not hold ${String(from)}`)
    await writeFile(join(folder, file), next)
  }
  await replace('plugin.yaml', /^version: .*$/m, 'version: 0.2.0')
  await replace('plugin.yaml', 'permissions: {}', 'permissions: { env: [TZ] }')
  await replace('package.json', /"version": "[^"]*"/, '"version": "0.2.0"')
  const output = join(folder, 'next')
  const pack = ['sdk', 'package', '--sign', '--format', 'zip', '--output', output]
  await must(ground.author.mb(pack, folder))
  const archive = await onlyFile(output)
  const line = ['marketplace', 'publish', archive, '--namespace', 'ada']
  screen.command(`mb ${line.join(' ').replace(`${ground.folder}/`, '')}`)
  const { stdout } = await must(ground.author.mb(line, ground.folder))
  screen.output(stdout, 1)
}

function expectRefused({ code, stdout, stderr }: Outcome): void {
  if (code === refusedCode) return
  throw new Error(`Cannot see it wait: it ended with ${String(code)}: ${stdout}${stderr}`)
}

async function expectVersion({ ground }: Tour, version: string): Promise<void> {
  const { stdout } = await must(ground.user.mb(['plugin', 'info', 'notes', '--json']))
  if (stdout.includes(`"version": "${version}"`)) return
  throw new Error(`Cannot see version ${version} in: ${stdout.slice(0, 400)}`)
}
