import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { onEveryBackend } from '../engine.ts'
import { hasGroups, leftGroups, openKept } from './groups.ts'

const limits = { memoryBytes: 64 * 1024 * 1024, processes: 8 }

onEveryBackend('cgroups', (backend) => {
  describe.runIf(hasGroups)('where they can be made,', () => {
    it('hold the program from before it begins, which the receipt tells', async () => {
      await using sandbox = await openKept(backend, 'cgroups', { policy: {}, limits })
      await using program = await sandbox.spawn('sleep', ['60'])
      const { evidence } = program.receipt.items.find(({ item }) => item === 'limits') ?? {}
      expect(evidence).toMatch(
        /: memoryBytes by (cgroup v[12](?: in a systemd scope)?), processes by the watchdog with \1$/,
      )
      expect(leftGroups()).not.toEqual([])
    })

    it('are told as absent in the receipt where the program could not be entered in them', async () => {
      await using sandbox = await openKept(backend, 'the watchdog', { policy: {}, limits })
      const { receipt } = await sandbox.run('true')
      const { evidence } = receipt.items.find(({ item }) => item === 'limits') ?? {}
      expect(evidence).toMatch(/: memoryBytes by the watchdog, processes by the watchdog$/)
      await expect.poll(() => leftGroups(), { timeout: 4000 }).toEqual([])
    })

    it('are gone after runs that end well, fail, are killed, aborted, or never begin', async () => {
      await using sandbox = await openKept(backend, 'cgroups', { policy: {}, limits })
      await sandbox.run('true')
      await sandbox.run('false')
      const signal = AbortSignal.timeout(100)
      const refused = { name: 'TimeoutError' }
      await expect(sandbox.run('sleep', ['60'], { signal })).rejects.toMatchObject(refused)
      await expect(sandbox.run('true', [], { signal })).rejects.toMatchObject(refused)
      await expect(sandbox.run('/no/such/command')).rejects.toMatchObject({
        code: 'MB_SANDBOX_COMMAND_MISSING',
      })
      {
        await using program = await sandbox.spawn('sleep', ['60'])
        program.kill()
      }
      await expect.poll(() => leftGroups(), { timeout: 4000 }).toEqual([])
    })

    it('are gone soon after kill -9 of the host', async () => {
      const fixture = fileURLToPath(new URL('fixtures/limited-host.ts', import.meta.url))
      const host = spawn(process.execPath, ['--conditions=@mb/source', fixture], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, MB_TEST_BACKEND: backend },
      })
      const [line]: readonly unknown[] = await once(host.stdout, 'data')
      const { pid, evidence }: { readonly pid: number; readonly evidence: string } = JSON.parse(
        String(line),
      )
      const left = (): readonly string[] => leftGroups(host.pid)
      expect(evidence).toContain('by cgroup')
      expect(left()).not.toEqual([])
      host.kill('SIGKILL')
      // A second, on a machine that has time for it.
      await expect.poll(left, { timeout: 4000, interval: 20 }).toEqual([])
      expect(existsSync(`/proc/${pid}`)).toBe(false)
    })
  })
})
