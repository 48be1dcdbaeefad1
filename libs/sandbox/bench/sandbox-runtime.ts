import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { SandboxManager } from '@anthropic-ai/sandbox-runtime'

/** The package that other tools take to confine a command, as its README uses it: ready once, then a command line each time. */
export class SandboxRuntime implements AsyncDisposable {
  /** Undefined where the programs that it needs are not installed. */
  static async make(): Promise<SandboxRuntime | undefined> {
    const missing = ['socat', 'rg'].filter((name) => !existsSync(`/usr/bin/${name}`))
    if (missing.length > 0) {
      process.stderr.write(
        `Without @anthropic-ai/sandbox-runtime: it needs ${missing.join(', ')}\n`,
      )
      return undefined
    }
    await SandboxManager.initialize({
      network: { allowedDomains: [], deniedDomains: [] },
      filesystem: { denyRead: [], allowWrite: [], denyWrite: [] },
    })
    return new SandboxRuntime()
  }

  async run(program: string): Promise<void> {
    const line = await SandboxManager.wrapWithSandbox(program)
    const child = spawn(line, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] })
    const [code]: readonly unknown[] = await once(child, 'close')
    if (code !== 0)
      throw new Error(`Cannot run ${program} in the rival: it ended with ${String(code)}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await SandboxManager.reset()
  }
}
