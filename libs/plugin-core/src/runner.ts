/**
 * The program that a Node plugin runs in: started inside the sandbox with the plugin's entry as its one argument, it
 * speaks `mbp/1` on descriptor 3. It stands alone: only this file is mounted.
 *
 * @module
 */
import { Socket } from 'node:net'
import { cookieVariable } from './protocol/handshake.ts'
import { servePlugin } from './runtime/serve-plugin.ts'

const channelDescriptor = 3

const cookie = process.env[cookieVariable]
const entry = process.argv[2]

if (cookie === undefined || entry === undefined) {
  process.stderr.write(
    'This is a plugin of MilkBottle, no program of its own.\nRun it through the host: mb plugin run NAME COMMAND\n',
  )
  process.exitCode = 1
} else {
  // What the plugin starts, or writes out, need not know it.
  delete process.env[cookieVariable]
  servePlugin(new Socket({ fd: channelDescriptor, readable: true, writable: true }), {
    cookie,
    entry,
  })
}
