import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { countReports, withFailure, type Count, type ExpectedReport } from './count.ts'
import { runStep } from './run-step.ts'
import { readExamples, readWorkspaces, root, type Workspace } from './workspaces.ts'

/** Sizes of the suites: `small` for every change, `full` for what the promises name. */
export const sizes = ['small', 'full'] as const
export type Size = (typeof sizes)[number]

// Each test script and the report that it leaves.
const suites = { test: 'test.json', 'test:node22': 'node22.json' } as const

/** Runs every suite through Nx, which takes unchanged ones with their reports from its cache. */
export async function runTests(size: Size): Promise<Count> {
  const reports = [...(await readWorkspaces()), ...(await readExamples())].flatMap(reportsOf)
  // Nx puts the reports of what it takes from its cache back; what a task that fails to start would leave, is old.
  await Promise.all(reports.map(({ file }) => rm(file, { force: true })))
  const targets = Object.keys(suites).flatMap((target) => ['-t', target])
  const code = await runStep('nx', ['run-many', ...targets, '--outputStyle=stream'], {
    MB_TEST_SIZE: size,
  })
  const count = await countReports(reports)
  // Failed before any test could say so: a build, for example.
  return code !== 0 && count.failed === 0 ? withFailure(count, 'nx: a task failed') : count
}

/** Names what was skipped and what failed. */
export function printCount(count: Count): void {
  for (const title of count.skips) process.stdout.write(`skipped  ${title}\n`)
  for (const title of count.failures) process.stdout.write(`failed   ${title}\n`)
}

function reportsOf(workspace: Workspace): ExpectedReport[] {
  return Object.entries(suites)
    .filter(([script]) => script in workspace.scripts)
    .map(([script, file]) => ({
      project: script === 'test' ? workspace.name : `${workspace.name} ${script}`,
      file: join(root, workspace.directory, 'reports', file),
    }))
}
