import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { z } from 'zod'

/** What the reports of all suites add up to. */
export interface Count {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** Title of each skipped test, behind the project it belongs to. */
  readonly skips: readonly string[]
  /** Title of each failed test with the first line of its reason, and each project that left no report. */
  readonly failures: readonly string[]
}

/** A report that has to be there: whose it is, and its file. */
export interface ExpectedReport {
  readonly project: string
  readonly file: string
}

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      status: z.string(),
      message: z.string().optional(),
      name: z.string(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).optional(),
        }),
      ),
    }),
  ),
})

type Report = z.infer<typeof reportSchema>

/** Nothing has run. */
export const noCount: Count = { passed: 0, failed: 0, skipped: 0, skips: [], failures: [] }

/** Adds up reports in vitest's JSON form. One that is missing or broken counts as a failure: silence is no success. */
export async function countReports(reports: readonly ExpectedReport[]): Promise<Count> {
  const counts = await Promise.all(reports.map(countReport))
  return counts.reduce(addCounts, noCount)
}

/** The plain line that ends a run. */
export function countLine(count: Count): string {
  return `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`
}

/** Whether a run counts as green: something ran, and nothing failed. */
export function isGreen(count: Count): boolean {
  return count.failed === 0 && count.passed > 0
}

/** One more failure, which no report holds. */
export function withFailure(count: Count, title: string): Count {
  return addCounts(count, { ...noCount, failed: 1, failures: [title] })
}

async function countReport({ project, file }: ExpectedReport): Promise<Count> {
  let report: Report
  try {
    report = reportSchema.parse(JSON.parse(await readFile(join(file), 'utf8')))
  } catch {
    return { ...noCount, failed: 1, failures: [`${project}: no report at ${file}`] }
  }
  return report.testResults.map((suite) => countSuite(project, suite)).reduce(addCounts, noCount)
}

function countSuite(project: string, suite: Report['testResults'][number]): Count {
  const titles = (...statuses: string[]): string[] =>
    suite.assertionResults
      .filter((test) => statuses.includes(test.status))
      .map(({ fullName, failureMessages = [] }) =>
        [`${project}: ${fullName}`, ...failureMessages.map(firstLine)].join(': '),
      )
  const failures = titles('failed')
  const skips = titles('skipped', 'pending', 'todo', 'disabled')
  // A file that does not even load has no tests to fail.
  if (suite.status === 'failed' && failures.length === 0) {
    failures.push(`${project}: ${suite.name}: ${firstLine(suite.message ?? 'did not load')}`)
  }
  return {
    passed: titles('passed').length,
    failed: failures.length,
    skipped: skips.length,
    skips,
    failures,
  }
}

/** Enough to see what happened where nothing but the end of a log is kept. */
function firstLine(message: string): string {
  return stripVTControlCharacters(message).split('\n')[0]?.slice(0, 300) ?? ''
}

/** What two counts add up to. */
export function addCounts(a: Count, b: Count): Count {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    skips: [...a.skips, ...b.skips],
    failures: [...a.failures, ...b.failures],
  }
}
