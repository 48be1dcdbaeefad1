#!/usr/bin/env node
/** A tool with plugins: `greeter list`, `greeter install FOLDER`, `greeter run PLUGIN COMMAND [NAME=VALUE]...`. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { PluginError, openPluginHost } from '@mb/plugin-core'
import { askPerson } from './ask-person.ts'
import { sortValues } from './sort-values.ts'

const [verb, subject = '', command = '', ...words] = process.argv.slice(2)
try {
  const home = process.env['GREETER_HOME'] ?? join(homedir(), '.greeter')
  await using host = await openPluginHost({ home, consent: askPerson })
  if (verb === 'install') {
    const { id, version } = await host.install(subject)
    console.log(`Installed ${id} ${version}`)
  } else if (verb === 'run') {
    const values = sortValues(host.get(subject).commands, command, words)
    await host.run(subject, command, { ...values, stdio: 'inherit', interactive: true })
  } else {
    for (const { id, description } of host.list()) console.log(`${id}  ${description}`)
  }
} catch (error) {
  if (!(error instanceof PluginError)) throw error
  console.error([error.message, error.hint].filter(Boolean).join('\n'))
  process.exitCode = 1
}
