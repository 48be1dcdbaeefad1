import { readFile } from 'node:fs/promises'
import { definePlugin, type CommandHandler } from '@mb/plugin-core/plugin'
import { greet, readNames } from './greet.ts'

/** Prints for people, and returns the same for programs: `--json` shows what is returned. */
const hello: CommandHandler = async ({ arguments: { name }, options }, { kv }) => {
  const { from, greeting, count } = options
  const names = typeof from === 'string' ? readNames(await readFile(from, 'utf8')) : [String(name)]
  const lines = greet(names, String(greeting))
  const total = Number((await kv.get('greeted')) ?? 0) + names.length
  await kv.set('greeted', total)
  for (const line of lines) console.log(line)
  if (count === true) console.log(`Greeted so far: ${total}`)
  return { greeted: names, total }
}

// oxlint-disable-next-line import/no-default-export -- a plugin is the default export of its entry
export default definePlugin({ commands: { 'hello-world': hello } })
