/**
 * `npm run check`: the one gate. Every step runs, also after one that failed, so that one run tells everything.
 *
 * @module
 */
import { join } from 'node:path'
import { styleText } from 'node:util'
import { auditDependencies } from './audit.ts'
import {
  addCounts,
  countLine,
  countReports,
  isGreen,
  noCount,
  withFailure,
  type Count,
} from './count.ts'
import { runStep } from './run-step.ts'
import { printCount, runTests } from './run-tests.ts'
import { root } from './workspaces.ts'

interface CheckStep {
  readonly title: string
  run(): Promise<boolean>
}

const succeeds = (command: string, ...parameters: string[]): (() => Promise<boolean>) => {
  return async () => (await runStep(command, parameters)) === 0
}

let tests = noCount

const steps: readonly CheckStep[] = [
  { title: 'lint with types, layers', run: succeeds('oxlint') },
  { title: 'format', run: succeeds('oxfmt', '--check', '.') },
  { title: 'unused code', run: succeeds('knip') },
  { title: 'package.json files', run: succeeds('sherif') },
  { title: 'secrets', run: succeeds('secretlint', '--secretlintignore', '.gitignore', '**/*') },
  { title: 'dependency audit', run: auditDependencies },
  {
    title: 'build and types',
    run: succeeds('nx', 'run-many', '-t', 'build', 'types', '--outputStyle=stream'),
  },
  { title: 'docstrings', run: succeeds('node', 'tools/docstrings.ts') },
  {
    title: 'tests',
    run: async () => {
      tests = await runTests('small')
      return isGreen(tests)
    },
  },
  {
    title: 'code blocks of the docs',
    run: succeeds('node', 'tools/docs.ts'),
  },
  {
    title: 'packages',
    run: succeeds('nx', 'run-many', '-t', 'check:package', '--outputStyle=stream'),
  },
]

const failed: string[] = []
for (const step of steps) {
  const started = performance.now()
  say('cyan', `▸ ${step.title}`)
  const ok = await step.run().catch(explain)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  say(ok ? 'green' : 'red', `${ok ? '✓' : '✗'} ${step.title} ${seconds} s`)
  if (!ok) failed.push(step.title)
}

const count = await total()
printCount(count)
if (failed.length > 0) say('red', `failed: ${failed.join(', ')}`)
process.stdout.write(`${countLine(count)}\n`)
process.exitCode = failed.length === 0 && isGreen(count) ? 0 : 1

/** Tests, code blocks, and a failure for each other step that failed: the last line tells the whole truth. */
async function total(): Promise<Count> {
  const docs = await countReports([
    { project: 'docs', file: join(root, 'tools', 'reports', 'docs.json') },
  ])
  const counted = new Set(['tests', 'code blocks of the docs'])
  return failed.filter((title) => !counted.has(title)).reduce(withFailure, addCounts(tests, docs))
}

/** A step that cannot even start has failed, and the ones behind it still run. */
function explain(error: unknown): false {
  process.stderr.write(
    `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  )
  return false
}

function say(style: 'cyan' | 'green' | 'red', text: string): void {
  process.stdout.write(`${styleText(style, text)}\n`)
}
