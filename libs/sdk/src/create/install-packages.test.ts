import { existsSync } from 'node:fs'
import { chmod, mkdir } from 'node:fs/promises'
import { delimiter } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { TemporaryFolder } from '../fixtures/temporary-folder.ts'
import { createPlugin, type CreatedPlugin } from './create-plugin.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

/** Creates with an `npm` that does what the script says, in `target` below the folder. */
async function createWith(
  folder: TemporaryFolder,
  npm: string,
  options: { readonly target?: string; readonly signal?: AbortSignal } = {},
): Promise<CreatedPlugin> {
  const { target = 'deep/notes', signal } = options
  await folder.write({ 'bin/npm': `#!/bin/sh\n${npm}\n` })
  await chmod(folder.file('bin/npm'), 0o755)
  vi.stubEnv('PATH', [folder.file('bin'), process.env['PATH']].join(delimiter))
  return createPlugin({
    directory: folder.file(target),
    author: 'Ada',
    packageManager: 'npm',
    install: true,
    signal,
  })
}

describe('createPlugin() with install', () => {
  it('installs in the final place', async () => {
    await using folder = await TemporaryFolder.make()
    const { installed, nextCommands } = await createWith(folder, 'echo "$@" $(pwd) > ../ran')
    expect({ installed, nextCommands }).toEqual({
      installed: true,
      nextCommands: [`cd ${folder.file('deep/notes')}`, 'npm run test'],
    })
    expect(await folder.list()).toContain('deep/ran')
  })

  it('keeps the plugin when the registry does not answer', async () => {
    await using folder = await TemporaryFolder.make()
    await expect(createWith(folder, 'echo no registry >&2; exit 7')).rejects.toMatchObject({
      code: 'MB_SDK_COMMAND_FAILED',
      message: `Cannot run "npm install" in "${folder.file('deep/notes')}": it ended with code 7`,
      hint: 'The plugin was created; run "npm install" in its folder when the registry answers',
      details: { output: 'no registry\n' },
    })
    expect(await folder.list()).toContain('deep/notes/plugin.yaml')
  })

  it.each(['deep/notes', 'empty'])('leaves nothing of %s when the signal comes', async (target) => {
    await using folder = await TemporaryFolder.make()
    await mkdir(folder.file('empty'))
    const stop = new AbortController()
    const created = createWith(folder, 'mkdir node_modules; touch started; sleep 60', {
      target,
      signal: stop.signal,
    })
    const failure = created.catch((error: unknown) => error)
    // Asked for by name: a list of all would meet folders that are just being renamed.
    while (!existsSync(folder.file(`${target}/started`))) await sleep(20)
    stop.abort()
    expect(await failure).toMatchObject({ name: 'AbortError' })
    expect(await folder.list()).toEqual(['bin', 'bin/npm', 'empty'])
  })
})
