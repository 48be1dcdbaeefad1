import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { onEveryBackend } from './engine.ts'

// script(1) of util-linux gives a program a terminal of its own.
const recorder = '/usr/bin/script'

onEveryBackend('inherited streams', (backend) => {
  it.runIf(existsSync(recorder))(
    'are the terminal, which the program can use and cannot take over; Ctrl-C reaches it',
    async () => {
      const fixture = fileURLToPath(new URL('fixtures/terminal.ts', import.meta.url))
      const command = `"${process.execPath}" --conditions=@mb/source "${fixture}"`
      const terminal = spawn(recorder, ['-qec', command, '/dev/null'], {
        stdio: ['pipe', 'pipe', 'inherit'],
        env: { ...process.env, MB_TEST_BACKEND: backend },
      })
      let shown = ''
      terminal.stdout.on('data', (chunk: Buffer) => {
        shown += chunk.toString()
      })
      const wait = (text: string): Promise<unknown> =>
        expect.poll(() => shown, { timeout: 15_000 }).toContain(text)
      await wait('no controlling terminal')
      terminal.stdin.write('typed\n')
      await wait('read typed')
      terminal.stdin.write('\u0003')
      await wait('code 7')
      expect(shown.split(/\r?\n/)).toEqual(
        expect.arrayContaining(['terminal', 'no console', 'no controlling terminal', 'read typed']),
      )
      expect(shown).toContain('caught')
    },
  )
})
