/**
 * `npm test` and `npm run test:full`: every suite at one size, then what they add up to.
 *
 * @module
 */
import { countLine, isGreen } from './count.ts'
import { printCount, runTests, sizes } from './run-tests.ts'

const size = sizes.find((each) => each === process.argv[2])
if (size === undefined) {
  process.stderr.write(`Usage: node tools/test.ts ${sizes.join('|')}\n`)
  process.exitCode = 2
} else {
  const count = await runTests(size)
  printCount(count)
  process.stdout.write(`${countLine(count)}\n`)
  process.exitCode = isGreen(count) ? 0 : 1
}
