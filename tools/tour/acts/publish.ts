import { join } from 'node:path'
import { must } from '../must.ts'
import { onlyFile, project } from '../project.ts'
import type { Act, Tour } from '../tour-result.ts'

/** Plugins of this repository that are published beside the new one, each in another language. */
const examples = ['hello-world', 'hello-python'] as const

/** Enrols the author's key, and publishes the new plugin and the examples. */
export const publish: Act = async (tour) => {
  const { ground, screen } = tour
  const mb = (parameters: readonly string[], input?: string): Promise<unknown> =>
    must(ground.author.mb(parameters, ground.folder, input))
  screen.command('npx @mb/marketplace &')
  screen.output(`listening on ${ground.marketplace}`, 1)
  await ground.author.connect()
  screen.command('mb marketplace login --token-stdin && mb marketplace keys enrol ada')
  await mb(['marketplace', 'login', '--token-stdin'], await ground.account('ada'))
  await mb(['marketplace', 'keys', 'enrol', 'ada'])
  await publishOne(tour, await onlyFile(join(project(ground), 'signed')))
  for (const name of examples) {
    const output = join(ground.folder, 'examples', name)
    const source = join(ground.repository, 'examples', 'plugins', name)
    await mb(['sdk', 'package', source, '--sign', '--format', 'zip', '--output', output])
    await publishOne(tour, await onlyFile(output))
  }
  return `${examples.length + 1} plugins, in TypeScript and in Python: taken in, checked, scanned in a jail, live`
}

async function publishOne({ ground, screen }: Tour, archive: string): Promise<void> {
  const line = ['marketplace', 'publish', archive, '--namespace', 'ada']
  screen.command(`mb ${line.join(' ').replace(`${ground.folder}/`, '')}`)
  const { stdout } = await must(ground.author.mb(line, ground.folder))
  screen.output(stdout, 4)
}
