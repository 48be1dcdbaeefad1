import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { temporaryFolder } from './engine.ts'

// One place for a file, which the folder itself takes.
const inFullDisk = 'mount -t tmpfs -o nr_inodes=1 none "$1" && shift && exec "$@"'
const ofItsOwn = ['--user', '--map-root-user', '--mount', 'sh', '-c', inFullDisk, 'sh'] as const

const canMount =
  spawnSync('unshare', [...ofItsOwn, '/mnt', 'true'], { stdio: 'ignore' }).status === 0

it.runIf(canMount)('a full disk is told as what it is, and what helps', async () => {
  await using folder = await temporaryFolder()
  const script = `
    import { openSandbox } from '@mb/sandbox'
    const policy = { fs: { write: [${JSON.stringify(folder.path)}] } }
    await openSandbox({ policy }).catch(({ code, message, hint }) =>
      console.log(JSON.stringify({ code, message, hint })))`
  const host = [process.execPath, '--conditions=@mb/source', '--input-type=module', '-e', script]
  const { stdout } = spawnSync('unshare', [...ofItsOwn, folder.path, ...host], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  })
  expect(JSON.parse(stdout)).toEqual({
    code: 'MB_SANDBOX_POLICY',
    message: expect.stringContaining('could not be held free (ENOSPC)'),
    hint: 'Make room on its disk, or grant it for reading',
  })
})
