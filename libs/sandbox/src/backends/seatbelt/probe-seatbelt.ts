import { once } from 'node:events'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { TrustedTool } from '../../machine/trusted-tool.ts'
import { perlProber } from '../../proof/prober.ts'
import { SandboxError } from '../../sandbox-error.ts'
import type { ProbeFinding, Receipt, ReceiptItem } from '../../receipt.ts'
import { seatbeltProfile } from './seatbelt-profile.ts'

/** Tries the protections out, by the perl that macOS has. */
export async function probeSeatbelt(tool: TrustedTool): Promise<Receipt['probes']> {
  const ranAt = new Date().toISOString()
  const base = await realpath(await mkdtemp(join(tmpdir(), 'mb-probe-')))
  const listener = createServer((socket) => socket.destroy())
  try {
    const scratch = join(base, 'scratch')
    const profile = join(base, 'profile.sb')
    await mkdir(scratch)
    await writeFile(join(base, 'canary'), 'canary')
    await writeFile(join(scratch, 'file'), 'granted')
    await writeFile(profile, seatbeltProfile({ policy: nothing, scratch }))
    listener.listen(0, '127.0.0.1')
    await once(listener, 'listening')
    const address = listener.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const probes = listProbes(base, port)
    const attempts = probes.map(({ attempt }) => attempt.join('\t'))
    const answers = await runProber(tool, [
      profile,
      '/usr/bin/perl',
      '-f',
      '-e',
      perlProber,
      ...attempts,
    ])
    return {
      ranAt,
      findings: probes.map(({ name, item, isAllowed }, index): ProbeFinding => {
        const answer = answers[index]
        const outcome =
          answer === undefined ? 'no answer' : answer === '0' ? 'success' : `error ${answer}`
        const passed = isAllowed ? answer === '0' : denials.has(answer ?? '')
        return { name, item, outcome, passed }
      }),
    }
  } finally {
    listener.close()
    await rm(base, { recursive: true, force: true })
  }
}

async function runProber(
  { path }: TrustedTool,
  args: readonly string[],
): Promise<readonly string[]> {
  try {
    const options = { env: {}, cwd: '/', timeout: 15_000 }
    const { stdout } = await promisify(execFile)(path, ['-f', ...args], options)
    return stdout.split('\n')
  } catch (cause) {
    throw new SandboxError('MB_SANDBOX_FAILED', 'Cannot start a sandbox: its probes did not run', {
      cause,
    })
  }
}

const nothing = { paths: [], covers: [], absent: [], links: [] }

// EPERM and EACCES, which have the same numbers everywhere.
const denials = new Set(['1', '13'])

interface SeatbeltProbe {
  readonly name: string
  readonly item: ReceiptItem
  readonly attempt: readonly (string | number)[]
  readonly isAllowed: boolean
}

function listProbes(base: string, port: number): readonly SeatbeltProbe[] {
  const [canary, file] = [join(base, 'canary'), join(base, 'scratch/file')]
  return [
    // Controls: a prober that can do nothing proves nothing.
    { name: 'read a granted file', item: 'filesystem', attempt: ['read', file], isAllowed: true },
    {
      name: 'write a granted file',
      item: 'filesystem',
      attempt: ['append', file],
      isAllowed: true,
    },
    {
      name: 'read a file outside',
      item: 'filesystem',
      attempt: ['read', canary],
      isAllowed: false,
    },
    {
      name: 'write a file outside',
      item: 'filesystem',
      attempt: ['append', canary],
      isAllowed: false,
    },
    { name: 'connect to the host', item: 'network', attempt: ['connect', port], isAllowed: false },
    {
      name: 'signal the host',
      item: 'processes',
      attempt: ['kill', process.pid],
      isAllowed: false,
    },
  ]
}
