import { spawnSync } from 'node:child_process'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { onEachBackend, temporaryFolder } from './engine.ts'

onEachBackend('an open sandbox', (backend) => {
  it.runIf(process.getuid?.() === 0)(
    'goes on after an upgrade of the system has replaced a file that its jails hold',
    async () => {
      await using folder = await temporaryFolder()
      const [system, other] = ['/etc/ld.so.cache', join(folder.path, 'other')]
      await copyFile(system, other)
      const script = `
      import { execFileSync } from 'node:child_process'
      import { levelItems, openSandbox } from '@mb/sandbox'
      const [backend, level, system, other] = process.argv.slice(1)
      await using sandbox = await openSandbox({ backend, minimum: levelItems(level), policy: {} })
      const codes = [await sandbox.run('true')]
      execFileSync('mount', ['--bind', other, system])
      codes.push(await sandbox.run('true'), await sandbox.run('true'))
      console.log(codes.map(({ code }) => code).join())`
      const level = backend === 'landlock' ? 'restricted' : 'sandbox'
      const node = ['--conditions=@mb/source', '--input-type=module', '-e', script]
      const { stdout, stderr } = spawnSync(
        '/usr/bin/unshare',
        ['-m', process.execPath, ...node, backend, level, system, other],
        { cwd: import.meta.dirname, encoding: 'utf8' },
      )
      expect({ stdout, stderr }).toEqual({ stdout: '0,0,0\n', stderr: '' })
    },
  )
})
