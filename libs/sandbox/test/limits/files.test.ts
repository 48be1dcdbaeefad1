import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import type { SandboxLimits } from '@mb/sandbox'
import { isOnDisk } from '../../src/watch/written-meter.ts'
import { onEveryBackend, temporaryFolder } from '../engine.ts'
import { keepers, openKept } from './groups.ts'
import { runToEnd } from './run-to-end.ts'

const mebibyte = 1024 * 1024

onEveryBackend('what a program writes to files', (backend) => {
  describe.each(keepers)('with %s,', (keeper) => {
    const write = async (limits: SandboxLimits, script: string): Promise<unknown> => {
      await using folder = await temporaryFolder()
      const policy = { fs: { write: [folder.path] } }
      await using sandbox = await openKept(backend, keeper, { policy, limits })
      const options = { cwd: folder.path }
      const { code, ended, exceeded, stdout } = await runToEnd(
        sandbox,
        'sh',
        ['-c', script],
        options,
      )
      return { code, ended, exceeded, stdout }
    }
    const many =
      'i=0; while [ $i -lt 12 ]; do head -c 1048576 /dev/zero > f$i; sleep 0.05; i=$((i+1)); done; echo done'
    const over =
      'i=0; while [ $i -lt 12 ]; do head -c 1048576 /dev/zero > f; sync f; sleep 0.05; i=$((i+1)); done; echo done'

    it.each([
      ['many files, each of them small', many],
      ['one file, over and over', over],
    ])('is limited in all: %s', async (_, script) => {
      expect(await write({ writtenBytes: 4 * mebibyte }, script)).toEqual({
        code: null,
        ended: 'written',
        exceeded: { limit: 'writtenBytes', value: 4 * mebibyte, used: expect.any(Number) },
        stdout: '',
      })
      expect(await write({ writtenBytes: 64 * mebibyte }, script)).toMatchObject({
        code: 0,
        stdout: 'done\n',
      })
    })

    // In a file system that the kernel keeps no account of, whatever is handed to a writing call counts.
    it.runIf(isOnDisk(tmpdir()))('does not count what goes through pipes', async () => {
      const pipe = 'head -c 30000000 /dev/zero | cat | wc -c; sleep 0.2'
      expect(await write({ writtenBytes: mebibyte }, pipe)).toMatchObject({
        code: 0,
        stdout: '30000000\n',
      })
    })

    it('is limited in one file, and the program ended that goes beyond', async () => {
      const limits = { fileBytes: mebibyte }
      expect(await write(limits, 'exec head -c 2000000 /dev/zero > big')).toEqual({
        code: null,
        ended: 'file',
        exceeded: { limit: 'fileBytes', value: mebibyte, used: mebibyte },
        stdout: '',
      })
      expect(await write({}, 'exec head -c 2000000 /dev/zero > big')).toMatchObject({ code: 0 })
    })
  })
})
