/** Test settings, shared by every package: sources instead of builds, and a report that can be counted. */
import { defineProject, type UserWorkspaceConfig } from 'vitest/config'

/** Settings of a package's tests; `test` holds what differs. */
export const project = (test: UserWorkspaceConfig['test'] = {}): UserWorkspaceConfig => {
  // Nx asks every task for colours. What tests start should see what it sees without Nx: a pipe.
  delete process.env['FORCE_COLOR']
  return defineProject({
    ssr: { resolve: { conditions: ['@mb/source', 'module', 'node'] } },
    test: {
      // These end what hangs; what is waited for may come late on a machine that has much to do.
      testTimeout: 120_000,
      hookTimeout: 120_000,
      expect: { poll: { timeout: 30_000 } },
      restoreMocks: true,
      ...test,
    },
  })
}
