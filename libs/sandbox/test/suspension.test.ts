import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { BackendName } from '@mb/sandbox'
import { describe, expect, it, vi } from 'vitest'
import { onEveryBackend, temporaryFolder } from './engine.ts'

// script(1) of util-linux gives a shell a terminal of its own, and bash has jobs.
const [recorder, shell] = ['/usr/bin/script', '/bin/bash']
const fixture = fileURLToPath(new URL('fixtures/inherit.ts', import.meta.url))
const node = `"${process.execPath}" --conditions=@mb/source "${fixture}"`

// It takes whatever is typed, and counts on while it may.
const greedy = `
  exec 2>/dev/null
  (while :; do echo tick >> "$1/ticks"; sleep 0.05; done) &
  echo 'it runs'
  while :; do
    read -r line && echo "$line" >> "$1/taken"
    read -r line <&1 && echo "$line" >> "$1/taken"
    sleep 0.01
  done`

class Terminal implements AsyncDisposable {
  shown = ''
  readonly #folder: { readonly path: string } & AsyncDisposable
  readonly #recorder: ChildProcessByStdio<Writable, Readable, null>

  private constructor(folder: { readonly path: string } & AsyncDisposable, backend: BackendName) {
    this.#folder = folder
    const env = { PS1: '$ ', TERM: 'dumb', HISTFILE: '/dev/null', MB_TEST_BACKEND: backend }
    this.#recorder = spawn(recorder, ['-qec', `${shell} --norc -i`, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    })
    this.#recorder.stdout.on('data', (chunk: Buffer) => {
      this.shown += chunk.toString()
    })
  }

  static async open(backend: BackendName): Promise<Terminal> {
    const folder = await temporaryFolder()
    await writeFile(join(folder.path, 'script'), greedy)
    return new Terminal(folder, backend)
  }

  type(text: string): void {
    this.#recorder.stdin.write(text)
  }

  async wait(text: string): Promise<void> {
    const look = (): void => {
      if (!this.shown.includes(text)) throw new Error(`Cannot see ${text} in: ${this.shown}`)
    }
    await vi.waitFor(look, { timeout: 15_000 })
  }

  /** What the program inside got of what was typed. */
  async taken(): Promise<string> {
    return await this.#read('taken')
  }

  async ticks(): Promise<number> {
    return (await this.#read('ticks')).length
  }

  /** Starts the program inside; `&` puts it in the background. */
  start(end: '' | '&'): void {
    const { path } = this.#folder
    this.type(`${node} "$(cat ${path}/script)" ${path} ${end}\n`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#recorder.kill('SIGKILL')
    await this.#folder[Symbol.asyncDispose]()
  }

  async #read(name: string): Promise<string> {
    try {
      return await readFile(join(this.#folder.path, name), 'utf8')
    } catch {
      return ''
    }
  }
}

/** Types passwords for the shell, which have to reach it all. */
async function typeForTheShell(terminal: Terminal): Promise<void> {
  for (let word = 1; word <= 8; word += 1) {
    terminal.type(`echo word-$((${word} + 100))\n`)
    await terminal.wait(`word-${word + 100}`)
  }
}

onEveryBackend('a program that takes what is typed', (backend) => {
  describe.runIf(existsSync(recorder) && existsSync(shell))('in a terminal', () => {
    it('gets nothing while the shell has it stopped, stands still, and goes on with fg', async () => {
      await using terminal = await Terminal.open(backend)
      terminal.start('')
      await terminal.wait('it runs\r\n')
      terminal.type('for it\n')
      await expect.poll(() => terminal.taken()).toBe('for it\n')
      terminal.type('\u001A')
      await terminal.wait('Stopped')
      const ticks = await terminal.ticks()
      await typeForTheShell(terminal)
      expect(await terminal.ticks()).toBe(ticks)
      // In the background it stops again, as what wants to read the terminal does.
      terminal.type('bg\n')
      await delay(300)
      await typeForTheShell(terminal)
      expect(await terminal.taken()).toBe('for it\n')
      terminal.type('fg\n')
      await expect.poll(() => terminal.ticks()).toBeGreaterThan(ticks)
      terminal.type('once more\n')
      await expect.poll(() => terminal.taken()).toBe('for it\nonce more\n')
    })

    it('gets nothing when it was started in the background, and runs and writes there', async () => {
      await using terminal = await Terminal.open(backend)
      terminal.start('&')
      await terminal.wait('it runs\r\n')
      await typeForTheShell(terminal)
      expect(await terminal.taken()).toBe('')
      expect(await terminal.ticks()).toBeGreaterThan(0)
    })
  })
})
