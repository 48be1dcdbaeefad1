import { openSandbox, type BackendName, type Sandbox, type SandboxPolicy } from '@mb/sandbox'
import { minimumOf } from '../engine.ts'

/** A sandbox of a backend with a policy. */
export async function open(backend: BackendName, policy: SandboxPolicy): Promise<Sandbox> {
  return openSandbox({ backend, policy, minimum: minimumOf(backend), limits: { wallMs: 20_000 } })
}

/** What a script prints. */
export async function sh(sandbox: Sandbox, script: string, cwd: string): Promise<string> {
  const { stdout } = await sandbox.run('sh', ['-c', script], { cwd })
  return stdout
}
