/**
 * Runs the tests of the package in this folder under the oldest Node that it declares, fetched by npm once.
 *
 * @module
 */
import { access, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { runStep } from './run-step.ts'
import { runProgram } from './tour/run-program.ts'
import { root } from './workspaces.ts'

const version = '22.13.0'
const folder = join(root, 'node_modules', '.cache', 'mb-node22')
const name = `node-${process.platform}-${process.arch}`
const program = join(folder, 'node_modules', name, 'bin', 'node')

await provideNode()
process.exitCode = await runStep(
  program,
  [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    '--outputFile.json=reports/node22.json',
  ],
  {},
  process.cwd(),
)

async function provideNode(): Promise<void> {
  const isThere = await access(program).then(
    () => true,
    () => false,
  )
  if (isThere) return
  await mkdir(folder, { recursive: true })
  const { code, stderr } = await runProgram(
    'npm',
    ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', `${name}@${version}`],
    { cwd: folder, env: process.env },
  )
  if (code !== 0) throw new Error(`Cannot install Node ${version}: ${stderr.slice(-1000)}`)
}
