import { chmod } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { canRunAs, isFull, isTestable, temporaryFolder, unprivileged } from './engine.ts'
import { runForbidden } from './fixtures/forbid-namespaces.ts'

const isRoot = process.getuid?.() === 0
const users = [
  { title: isRoot ? 'root' : 'this user', user: undefined, isPossible: true },
  {
    title: 'an ordinary user',
    user: unprivileged,
    isPossible: isRoot && (await canRunAs(unprivileged)),
  },
]

describe.runIf(isTestable('landlock'))('where user namespaces are forbidden', () => {
  for (const { title, user, isPossible } of users) {
    it.runIf(isPossible)(`${title} is told so, and what to do about it`, async () => {
      const { reports } = await look(user)
      for (const backend of ['bubblewrap', 'namespaces'].filter(isHere))
        expect(reports.find((report) => report.backend === backend)).toMatchObject({
          usable: false,
          chosen: false,
          reason: expect.stringMatching(/namespace|Operation not permitted/i),
          fix: expect.stringMatching(/namespaces|install|build/),
        })
      expect(reports.find(({ backend }) => backend === 'landlock')).toMatchObject({
        level: 'restricted',
        usable: true,
      })
    })

    it.runIf(isPossible)(`${title} runs a program restricted where that is enough`, async () => {
      const { restricted } = await look(user)
      expect(restricted).toEqual({
        level: 'restricted',
        backend: 'landlock',
        code: 0,
        stdout: 'inside\n',
        unproved: ['users', 'hostname', 'cgroup'],
        keyring: 'find the session keyring: EPERM',
        failedProbes: [],
      })
    })

    it.runIf(isPossible)(`${title} is refused where it is not`, async () => {
      const { refused } = await look(user)
      expect(refused).toMatchObject({ outcome: 'refused', hint: expect.any(String) })
    })
  }

  it.runIf(isFull)(
    'the suites pass',
    async () => {
      await using folder = await temporaryFolder()
      const vitest = createRequire(import.meta.url).resolve('vitest/package.json')
      const runner = join(dirname(vitest), 'vitest.mjs')
      const suites = ['running', 'protections', 'cleaning-up', 'restricted', 'standard-streams']
      const { status, stdout } = runForbidden(
        folder.path,
        [process.execPath, runner, 'run', '--no-file-parallelism', ...suites],
        { cwd: dirname(import.meta.dirname), env: { ...process.env, MB_TEST_SIZE: 'small' } },
      )
      expect({ status, failures: stdout.match(/^.*(?:×|FAIL).*$/gm) ?? [] }).toEqual({
        status: 0,
        failures: [],
      })
      expect(stdout).toContain('on landlock,')
    },
    600_000,
  )

  it.runIf(isFull)(
    'no attack reaches what it should not',
    async () => {
      await using folder = await temporaryFolder()
      const runner = join(import.meta.dirname, 'escape/run-mechanisms.ts')
      const { stdout, stderr } = runForbidden(
        folder.path,
        [process.execPath, '--conditions=@mb/source', runner, '{"backend":"landlock"}'],
        { cwd: import.meta.dirname },
      )
      if (stdout === '') throw new Error(`Cannot judge the attacks: ${stderr}`)
      const {
        outcomes,
      }: { readonly outcomes: readonly { readonly name: string; readonly verdict: string }[] } =
        JSON.parse(stdout)
      // Some show nothing here: what they need without a sandbox is forbidden, too.
      const escaped = outcomes.filter(({ verdict }) => verdict === 'escaped')
      expect(escaped).toEqual([])
      expect(outcomes.filter(({ verdict }) => verdict === 'denied').length).toBeGreaterThan(100)
    },
    600_000,
  )
})

interface Look {
  readonly reports: readonly { readonly backend: string }[]
  readonly restricted: unknown
  readonly refused: unknown
}

function isHere(backend: string): boolean {
  return backend === 'bubblewrap' || backend === 'namespaces'
}

const looks = new Map<number | undefined, Promise<Look>>()

/** Looked once for each user: it starts a sandbox on each backend. */
async function look(user: number | undefined): Promise<Look> {
  const looked = looks.get(user) ?? lookAs(user)
  looks.set(user, looked)
  return looked
}

async function lookAs(user: number | undefined): Promise<Look> {
  await using folder = await temporaryFolder()
  await chmod(folder.path, 0o755)
  const script = `
    import { inspectBackends, levelItems, openSandbox } from '@mb/sandbox'
    const minimum = levelItems('restricted')
    const run = async () => {
      await using sandbox = await openSandbox({ policy: {}, minimum })
      const { code, stdout, receipt } = await sandbox.run('echo', ['inside'])
      return {
        level: receipt.level,
        backend: receipt.backend,
        code,
        stdout,
        unproved: receipt.items.filter(({ proved }) => !proved).map(({ item }) => item),
        keyring: receipt.items.find(({ item }) => item === 'keyring').evidence,
        failedProbes: receipt.probes.findings.filter(({ item, passed }) => !passed && minimum.includes(item)),
      }
    }
    const tell = (error) => ({ code: error.code, message: error.message, outcome: error.outcome, hint: error.hint })
    const refused = await openSandbox({ policy: {} }).then(() => 'opened', tell)
    console.log(JSON.stringify({ reports: await inspectBackends(), restricted: await run().catch(tell), refused }))`
  const node = [process.execPath, '--conditions=@mb/source', '--input-type=module', '-e', script]
  const { stdout, stderr } = runForbidden(folder.path, node, {
    cwd: import.meta.dirname,
    env: { PATH: '/usr/bin:/bin', TMPDIR: '/tmp' },
    ...(user === undefined ? {} : { user }),
  })
  if (stdout === '') throw new Error(`Cannot look: ${stderr}`)
  const found: Look = JSON.parse(stdout)
  return found
}
