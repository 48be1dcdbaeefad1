import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackendName, SandboxOptions, Sandbox } from '@mb/sandbox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findLandlock } from '../src/backends/landlock/find-landlock.ts'
import { findNamespaces } from '../src/backends/namespaces/find-namespaces.ts'
import { openJails } from '../src/jail/open-jails.ts'
import { findHelperLoader } from '../src/loader/loader.ts'
import { isTestable, minimumOf, temporaryFolder } from './engine.ts'

const compiler = '/usr/bin/cc'
// It has to lie where only root can write, and where a program inside sees it.
const place = '/usr/local/libexec'
const isPossible = existsSync(compiler) && process.getuid?.() === 0
if (!isPossible) process.stderr.write('Skipping the helper: it takes root and a C compiler\n')

const find = { namespaces: findNamespaces, landlock: findLandlock } as const
let folder = ''

beforeAll(() => {
  if (!isPossible) return
  mkdirSync(place, { recursive: true, mode: 0o755 })
  folder = mkdtempSync(join(place, 'mb-test-'))
  execFileSync('/bin/chmod', ['755', folder])
  const source = join(import.meta.dirname, '../helper')
  const files = readdirSync(source).filter((name) => name.endsWith('.c'))
  const strict = ['-O2', '-static', '-Wall', '-Wextra', '-Werror']
  execFileSync(compiler, [...strict, '-o', join(folder, 'loader'), ...files], { cwd: source })
})

afterAll(() => {
  if (folder !== '') rmSync(folder, { recursive: true })
})

describe.runIf(isPossible).each(['namespaces', 'landlock'] as const)(
  'the helper, on %s,',
  (backend) => {
    it.runIf(isTestable(backend))('proves what the scripts prove', async () => {
      await using sandbox = await open(backend, { policy: {}, limits: { openFiles: 64 } })
      const result = await sandbox.run('sh', ['-c', 'echo out; echo err >&2; ulimit -n; exit 3'])
      expect(result).toMatchObject({ code: 3, stdout: 'out\n64\n', stderr: 'err\n' })
      const minimum = minimumOf(backend)
      expect(
        result.receipt.items.filter(({ item, proved }) => minimum.includes(item) && !proved),
      ).toEqual([])
      expect(result.receipt.probes.findings.filter(({ passed }) => !passed)).toEqual([])
      expect(result.receipt.probes.findings.length).toBeGreaterThan(20)
      expect(result.usage.cpuMs).toBeGreaterThan(0)
    })

    it.runIf(isTestable(backend) && backend === 'namespaces')('opens a doorway', async () => {
      await using sandbox = await open(backend, { policy: { net: [{ host: 'a.example' }] } })
      const { stdout, receipt } = await sandbox.run('cat', ['/proc/net/tcp'])
      // 127.0.0.1:3128, listening
      expect(stdout).toMatch(/^ +0: 0100007F:0C38 00000000:0000 0A /m)
      expect(receipt.items.filter(({ proved }) => !proved)).toEqual([])
    })

    it.runIf(isTestable(backend))('keeps to the policy and its environment', async () => {
      await using base = await temporaryFolder()
      const [read, write] = [join(base.path, 'read'), join(base.path, 'write')]
      await Promise.all([mkdir(read), mkdir(write), writeFile(join(base.path, 'secret'), 'secret')])
      await writeFile(join(read, 'file'), 'file')
      const policy = { fs: { read: [read], write: [write] }, env: { GIVEN: 'a=b\nc' } }
      await using sandbox = await open(backend, { policy })
      const script = 'cat file; cat ../secret; echo no > new; echo "$GIVEN" > "$1/made"'
      const { stdout, stderr } = await sandbox.run('sh', ['-c', script, 'sh', write], { cwd: read })
      expect(stdout).toBe('file')
      expect(stderr.split('\n')).toHaveLength(3)
      expect(await readFile(join(write, 'made'), 'utf8')).toBe('a=b\nc\n')
      expect(existsSync(join(read, 'new'))).toBe(false)
    })

    it.runIf(isTestable(backend))('hands on signals, a channel and the end of all', async () => {
      await using sandbox = await open(backend, { policy: {} })
      expect(await sandbox.run('sh', ['-c', 'kill -TERM $$'])).toMatchObject({ signal: 'SIGTERM' })
      await using program = await sandbox.spawn(
        'sh',
        ['-c', 'read -r it <&3; echo "got $it" >&3'],
        {
          channel: true,
        },
      )
      program.channel?.write('ping\n')
      const answer = await new Promise((resolve) => program.channel?.once('data', resolve))
      expect(String(answer)).toBe('got ping\n')
      expect((await program.exited).code).toBe(0)
      await using other = await sandbox.spawn('sh', ['-c', '(setsid sleep 60 &); sleep 60'])
      other.kill()
      expect(await other.exited).toMatchObject({ code: null, signal: 'SIGKILL' })
    })
  },
)

async function open(
  backend: BackendName & keyof typeof find,
  options: SandboxOptions,
): Promise<Sandbox> {
  const loader = findHelperLoader(join(folder, 'loader'))
  if (loader === undefined) throw new TypeError('Cannot test the helper: it is not trusted')
  return openJails(await find[backend](loader), { ...options, minimum: minimumOf(backend) })
}
