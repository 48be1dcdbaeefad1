/**
 * What runs inside the jail: scans as the order on its standard input says, and prints the report.
 *
 * @module
 */
import { scanFolder } from '../scan-folder.ts'
import { parseOrder } from './scan-order.ts'

const chunks: Buffer[] = []
for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
const { directory, claims, limits } = parseOrder(Buffer.concat(chunks).toString('utf8'))
process.stdout.write(JSON.stringify(await scanFolder(directory, { claims, limits })))
