import type { JailedSandbox } from '../jail/jailed-sandbox.ts'
import { planPool, type PoolOptions } from './pool-options.ts'
import type { WarmPool } from './warm-pool.ts'

/** Opens a pool of the programs of a sandbox. */
export type OpenPool = (sandbox: JailedSandbox) => WarmPool

/**
 * Checks what is asked for before anything is started. Most keep nothing ahead, and load nothing of it.
 *
 * @throws TypeError, RangeError as {@link planPool}
 */
export async function preparePool(options: PoolOptions | undefined): Promise<OpenPool | undefined> {
  if (options === undefined) return undefined
  const plan = planPool(options)
  const [{ WarmPool }, { Spare }] = await Promise.all([
    import('./warm-pool.ts'),
    import('./spare.ts'),
  ])
  const { command, args, cwd, stdout, stderr } = plan
  return (sandbox) =>
    new WarmPool(
      async (signal) =>
        new Spare(
          await sandbox.startAhead(command, args, {
            cwd,
            stdin: 'ignore',
            stdout,
            stderr,
            channel: true,
            signal,
          }),
        ),
      plan,
    )
}
