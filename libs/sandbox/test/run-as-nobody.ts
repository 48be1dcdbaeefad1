import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { canRunAs, unprivileged } from './engine.ts'

/** What a script prints that an ordinary user runs; undefined where this machine cannot have one run it. */
export async function runAsNobody(script: string): Promise<string | undefined> {
  if (process.getuid?.() !== 0 || !(await canRunAs(unprivileged))) return undefined
  const child = spawn(
    process.execPath,
    ['--conditions=@mb/source', '--input-type=module', '-e', script],
    {
      cwd: import.meta.dirname,
      uid: unprivileged,
      gid: unprivileged,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  return text(child.stdout)
}
