import { execFile } from 'node:child_process'
import { chown, mkdir, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { canRunAs, isTestable, temporaryFolder, unprivileged } from '../engine.ts'
import { hasStrace } from './has-strace.ts'

const isPossible = hasStrace && isTestable('namespaces') && process.getuid?.() === 0

it.runIf(isPossible && (await canRunAs(unprivileged)))(
  'observeCommand() needs no right that an ordinary user has not',
  async () => {
    await using place = await temporaryFolder()
    await chown(place.path, unprivileged, unprivileged)
    const folder = join(place.path, 'here')
    await mkdir(join(folder, 'src'), { recursive: true })
    await writeFile(join(folder, 'a.txt'), 'a\n')
    for (const path of ['', 'src', 'a.txt'].map((name) => join(folder, name)))
      // oxlint-disable-next-line no-await-in-loop -- three of them
      await chown(path, unprivileged, unprivileged)
    const command = 'cat a.txt >src/b; mkdir -m 0 src/closed; id -u'
    const script = `
      import { observeCommand } from ${JSON.stringify(import.meta.resolve('@mb/sandbox'))}
      const printed = []
      const onOutput = (chunk) => printed.push(chunk)
      const workspace = ${JSON.stringify(folder)}
      const { policy, view, verification } = await observeCommand('sh', ['-c', ${JSON.stringify(command)}], { workspace, onOutput })
      console.log(JSON.stringify({ policy, view, outcome: verification.outcome, printed: Buffer.concat(printed).toString() }))`
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--conditions=@mb/source', '--input-type=module', '-e', script],
      { uid: unprivileged, gid: unprivileged, cwd: '/', env: { TMPDIR: tmpdir() } },
    )
    expect(JSON.parse(stdout)).toEqual({
      policy: { read: [join(folder, 'a.txt')], write: [join(folder, 'src')], net: [], env: [] },
      view: 'overlay',
      outcome: 'least',
      printed: `${unprivileged}\n`,
    })
    expect(await readdir(join(folder, 'src'))).toEqual([])
  },
  120_000,
)
