/** Test settings, shared by every package: sources instead of builds, and a report that can be counted. */
import { defineProject, type UserWorkspaceConfig } from 'vitest/config'

/** Settings of a package's tests; `test` holds what differs. */
export const project = (test: UserWorkspaceConfig['test'] = {}): UserWorkspaceConfig => {
  // Nx asks every task for colours. What tests start should see what it sees without Nx: a pipe.
  delete process.env['FORCE_COLOR']
  return defineProject({
    ssr: { resolve: { conditions: ['@mb/source', 'module', 'node'] } },
    test: {
      testTimeout: 30_000,
      hookTimeout: 30_000,
      restoreMocks: true,
      // What is waited for comes later on a machine that has much to do.
      expect: { poll: { timeout: 15_000 } },
      ...test,
    },
  })
}
