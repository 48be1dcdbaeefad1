/**
 * What runs inside the jail: scans the folder that its one argument names, and prints the report.
 *
 * @module
 */
import { scan } from './scan.ts'

const [directory = ''] = process.argv.slice(2)
process.stdout.write(JSON.stringify(await scan(directory)))
