import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

/** The built program, as npm would link it. */
export const program: string = join(import.meta.dirname, '../bin/mb.cjs')

/** What a run printed, and how it ended. */
export interface MbRun {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** How a run is started. */
export interface MbOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  readonly input?: string
}

/** A home and a folder to be in, both new and empty; the home is not made yet. */
export class Place implements AsyncDisposable {
  readonly root: string
  readonly home: string
  readonly folder: string

  private constructor(root: string, folder: string) {
    this.root = root
    this.home = join(root, 'home')
    this.folder = folder
  }

  static async open(): Promise<Place> {
    const root = await realpath(await mkdtemp(join(tmpdir(), 'mb-cli-')))
    return new Place(root, await mkdtemp(join(root, 'here-')))
  }

  /** Starts `mb`, its streams being pipes. */
  start(args: readonly string[], options: MbOptions = {}): ChildProcess {
    return spawn(process.execPath, [program, ...args], {
      cwd: options.cwd ?? this.folder,
      env: { ...this.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
  }

  /** Runs `mb` to its end. */
  async mb(args: readonly string[], options: MbOptions = {}): Promise<MbRun> {
    const child = this.start(args, options)
    child.stdin?.end(options.input ?? '')
    return ended(child)
  }

  /** The environment of a person who has set nothing. */
  get env(): NodeJS.ProcessEnv {
    return { PATH: process.env['PATH'], HOME: this.root, MB_HOME: this.home, LANG: 'C.UTF-8' }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.root, { recursive: true, force: true })
  }
}

/** Waits for the end of a started run. */
export async function ended(child: ChildProcess): Promise<MbRun> {
  if (child.stdout === null || child.stderr === null)
    throw new TypeError('Cannot read a run: its streams are no pipes')
  const code = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await code, stdout, stderr }
}
