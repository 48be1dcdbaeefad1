import { spawn, spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { program, type MbRun, type Place } from './mb.ts'

/** Whether there is a program that gives another a terminal. */
export const hasTerminal: boolean = spawnSync('script', ['--version']).status === 0

/**
 * Runs `mb` in a terminal of its own (script(1) of util-linux) and types once a text has appeared.
 *
 * @returns what the terminal showed, as `stdout`
 */
export async function mbInTerminal(
  place: Place,
  args: readonly string[],
  answer: { readonly after: string; readonly type: string },
): Promise<MbRun> {
  const words = [process.execPath, program, ...args].map((word) => `'${word}'`)
  const command = `stty cols 80 rows 24; exec ${words.join(' ')}`
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: place.folder,
    env: { ...place.env, TERM: 'xterm', SHELL: '/bin/sh' },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  let shown = ''
  let isAnswered = false
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (chunk: string) => {
    shown += chunk
    if (isAnswered || !shown.includes(answer.after)) return
    isAnswered = true
    // The question listens once it has drawn itself.
    void sleep(200).then(() => child.stdin.write(answer.type))
  })
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', resolve)
  })
  return { code, stdout: shown, stderr: '' }
}
