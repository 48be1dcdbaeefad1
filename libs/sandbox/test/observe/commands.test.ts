import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rename, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { isInside } from '@mb/kernel'
import { afterAll, describe, expect, it } from 'vitest'
import { observeCommand, openSandbox, type LeastPolicy } from '@mb/sandbox'
import { linesOf, without } from '../../src/observe/policy-lines.ts'
import { readTree } from '../../src/observe/view/read-tree.ts'
import { SandboxError } from '../../src/sandbox-error.ts'
import { isFull, isTestable, temporaryFolder } from '../engine.ts'
import { hasStrace } from './has-strace.ts'
import { observedCommands, type ObservedCommand } from './observed-commands.ts'

const server = createServer((_request, response) => response.end('a page\n'))
// The table is drawn up before a test runs, and the port has to be known in it.
await once(server.listen(0, '127.0.0.1'), 'listening')
const address = server.address()
const port = typeof address === 'object' ? (address?.port ?? 0) : 0
afterAll(() => server.close())

const table = observedCommands(port).filter(({ isQuick }) => isFull || isQuick === true)

describe.runIf(hasStrace && isTestable('namespaces'))('observeCommand()', () => {
  it.each(table)(
    'finds the policy under which $title does the same, and no line of which can go',
    async (each) => {
      await using place = await temporaryFolder()
      const original = join(place.path, 'original')
      await mkdir(original)
      await each.prepare(original)
      const observation = await observeCommand(each.command, each.args, {
        workspace: original,
        ...each.options,
      })
      const { policy, code, verification, isWhole } = observation
      expect({ code, isWhole, outcome: verification?.outcome }).toEqual({
        code: 0,
        isWhole: true,
        outcome: 'least',
      })
      expect(shorten(policy, original)).toMatchObject(each.policy)
      const unconfined = { ...policy, read: [original, ...(each.options?.read ?? [])] }
      const wanted = await runWith(each, { ...unconfined, write: [original] }, original)
      expect(wanted).toMatchObject({ code: 0 })
      expect(await runWith(each, policy, original)).toEqual(wanted)
      for (const line of linesOf(policy))
        // oxlint-disable-next-line no-await-in-loop -- one at a time, each in the same folder
        expect({ line, ...(await runWith(each, without(policy, line), original)) }).not.toEqual({
          line,
          ...wanted,
        })
    },
    240_000,
  )
})

/** Runs a command under a policy in the folder itself, as it was before, and tells all that came of it. */
async function runWith(
  { command, args, options }: ObservedCommand,
  policy: LeastPolicy,
  folder: string,
): Promise<object> {
  const kept = `${folder}.kept`
  // With the times of folders, which archives hold.
  await promisify(execFile)('cp', ['-a', folder, kept])
  const { read, write, net } = policy
  const given = Object.entries(options?.env ?? {}).filter(([name]) => policy.env.includes(name))
  const env = { PYTHONDONTWRITEBYTECODE: '1', ...Object.fromEntries(given) }
  const isSeen = [...read, ...write].some(
    (path) => isInside(folder, path) || isInside(path, folder),
  )
  const run = async (): Promise<object> => {
    const fs = { read, write }
    await using sandbox = await openSandbox({
      policy: { fs, net, env },
      limits: { wallMs: 60_000 },
    })
    const cwd = isSeen ? folder : '/'
    const { code, stdout, stderr } = await sandbox.run(command, args, { cwd })
    return { code, stdout, stderr }
  }
  try {
    // What holds names free is gone with the sandbox.
    return { ...(await run()), files: await readTree(folder) }
  } catch (error) {
    if (error instanceof SandboxError) return { error: error.code }
    throw error
  } finally {
    await rm(folder, { recursive: true, force: true })
    await rename(kept, folder)
  }
}

/** Paths in a folder as relative ones, and that of Node where it says so. */
function shorten({ read, write, net, env }: LeastPolicy, folder: string): LeastPolicy {
  const short = (path: string): string =>
    isInside(folder, path) ? relative(folder, path) || '.' : path
  return { read: read.map(short).toSorted(), write: write.map(short).toSorted(), net, env }
}
