/** The control: runs one command of a plugin as any other program is run, with all the rights of the person. */
import { pathToFileURL } from 'node:url'

const [entry, command, parameters] = process.argv.slice(2)
const plugin = await import(pathToFileURL(entry).href)
const result = await plugin.default.commands[command](
  { arguments: JSON.parse(parameters), options: {} },
  {},
)
process.stdout.write(JSON.stringify(result))
