import { isMbError } from '@mb/kernel'
import { openSandbox, type BackendName, type ReceiptItem } from '@mb/sandbox'

/** Whether a command can be allowed connections, and held to them. */
export type ConnectionReport =
  | { readonly usable: true }
  | { readonly usable: false; readonly reason: string; readonly fix?: string }

/** Opens the way from a jail to its proxy. Nothing is connected to. */
export async function tryConnections(
  backend: BackendName,
  minimum: readonly ReceiptItem[] | undefined,
): Promise<ConnectionReport> {
  try {
    const policy = { net: [{ host: 'localhost', ports: [1] }] }
    await using sandbox = await openSandbox({ policy, backend, minimum })
    await sandbox.run('true')
    return { usable: true }
  } catch (error) {
    if (!isMbError(error)) throw error
    const { message, hint } = error
    return { usable: false, reason: message, ...(hint === undefined ? {} : { fix: hint }) }
  }
}
