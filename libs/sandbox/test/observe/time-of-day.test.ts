import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { observeCommand } from '@mb/sandbox'
import { describe, expect, it } from 'vitest'
import { isTestable, temporaryFolder } from '../engine.ts'
import { hasStrace } from './has-strace.ts'

describe.runIf(hasStrace && isTestable('namespaces'))('observeCommand()', () => {
  it('passes over the time of day that a command prints, in seconds', async () => {
    await using workspace = await temporaryFolder()
    const notes = join(workspace.path, 'notes.txt')
    await writeFile(notes, 'kept')
    const { policy, verification } = await observeCommand(
      'sh',
      ['-c', 'date +%s; test "$(cat notes.txt)" = kept'],
      { workspace: workspace.path },
    )
    expect([policy.read, policy.write, verification?.outcome]).toEqual([[notes], [], 'least'])
  })
})
