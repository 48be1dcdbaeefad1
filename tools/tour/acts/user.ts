/**
 * The other person's part: find, agree, use. The home is another one, and knows nothing but the marketplace's address.
 *
 * @module
 */
import { join } from 'node:path'
import { must } from '../must.ts'
import type { Act, Tour } from '../tour-result.ts'

/** Finds the plugin that somebody else published. */
export const search: Act = async ({ ground, screen }) => {
  await ground.user.connect()
  screen.command('mb marketplace search outline')
  const { stdout } = await must(ground.user.mb(['marketplace', 'search', 'outline'], ground.folder))
  if (!stdout.includes('ada/notes')) throw new Error(`Cannot find ada/notes in: ${stdout}`)
  screen.output(stdout, 8)
  return 'found by another person, in a home of their own'
}

/** Installs both: the screen says who signed them and what they ask. */
export const install: Act = async (tour) => {
  await installOne(tour, 'ada/notes')
  await installOne(tour, 'ada/hello-python')
  return 'signature, every file and the promise of the marketplace checked, scanned, agreed to'
}

async function installOne({ ground, screen }: Tour, plugin: string): Promise<void> {
  const line = ['marketplace', 'install', plugin, '--yes']
  screen.command(`mb ${line.join(' ')}`)
  const { stdout, stderr } = await must(ground.user.mb(line, ground.folder))
  screen.output(`${stderr.trimEnd()}\n${stdout}`, 16)
}

/** Runs both in the jail. */
export const run: Act = async (tour) => {
  const { ground, screen } = tour
  screen.command('mb notes README.md')
  const readme = join(ground.repository, 'README.md')
  const { stdout } = await must(ground.user.mb(['notes', readme], ground.folder))
  if (!/^\s*MilkBottle\s+\d+/m.test(stdout) || !/Total words\s+\d+/.test(stdout)) {
    throw new Error(
      `Cannot see the outline of README.md in what the plugin printed: ${stdout.slice(0, 400)}`,
    )
  }
  screen.output(stdout, 8)
  return (await runPython(tour))
    ? 'TypeScript and Python, each in the jail, with the one file that was named'
    : 'in the jail, with the one file that was named (python3 is not on this machine)'
}

async function runPython({ ground, screen }: Tour): Promise<boolean> {
  if (!ground.hasPython) return false
  screen.command('mb hello-python Ada')
  const { stdout } = await must(ground.user.mb(['hello-python', 'Ada'], ground.folder))
  if (!stdout.includes('Ada')) throw new Error(`Cannot see the greeting in: ${stdout}`)
  screen.output(stdout, 4)
  return true
}
