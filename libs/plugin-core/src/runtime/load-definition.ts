import { pathToFileURL } from 'node:url'
import type { PluginDefinition } from '../plugin/define-plugin.ts'
import { CallError, callErrorCodes } from '../protocol/index.ts'

const stages = new Set(['initialize', 'activate', 'deactivate', 'cleanup', 'health', 'migrate'])

/**
 * Imports a plugin's entry.
 *
 * @throws CallError `load`
 */
export async function loadDefinition(entry: string): Promise<PluginDefinition> {
  const definition: unknown = (await importEntry(entry)).default
  const wrong = whatIsWrong(definition)
  if (wrong === undefined && isDefinition(definition)) return definition
  throw new CallError(
    callErrorCodes.load,
    `${wrong ?? 'it exports no plugin'}: write "export default definePlugin({ … })"`,
  )
}

async function importEntry(entry: string): Promise<{ readonly default?: unknown }> {
  try {
    return await import(pathToFileURL(entry).href)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const stack = error instanceof Error ? String(error.stack).slice(0, 8192) : undefined
    throw new CallError(callErrorCodes.load, message, stack === undefined ? {} : { stack }, {
      cause: error,
    })
  }
}

function whatIsWrong(definition: unknown): string | undefined {
  if (definition === undefined) return 'its entry has no default export'
  if (typeof definition !== 'object' || definition === null)
    return 'the default export of its entry is no plugin'
  const members = Object.entries(definition)
  const stage = members.find(([name, value]) => stages.has(name) && typeof value !== 'function')
  if (stage !== undefined) return `"${stage[0]}" of its default export is no function`
  return whatIsWrongWithHandlers(new Map(members))
}

function whatIsWrongWithHandlers(members: ReadonlyMap<string, unknown>): string | undefined {
  for (const [group, what] of handlers) {
    const wrong = whatIsNoFunction(members.get(group), group, what)
    if (wrong !== undefined) return wrong
  }
  const services = members.get('services')
  if (services === undefined) return undefined
  if (!isGroup(services)) return '"services" of its default export is no object'
  for (const [name, service] of Object.entries(services)) {
    const wrong = whatIsNoFunction(service, `services.${name}`, 'service', `${name}.`)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

const handlers = [
  ['commands', 'command'],
  ['hooks', 'hook'],
  ['completions', 'completion'],
] as const

function whatIsNoFunction(
  group: unknown,
  name: string,
  what: string,
  prefix = '',
): string | undefined {
  const members = group === undefined ? {} : group
  if (!isGroup(members)) return `"${name}" of its default export is no object`
  const wrong = Object.entries(members).find(([, value]) => typeof value !== 'function')
  return wrong === undefined ? undefined : `its ${what} "${prefix}${wrong[0]}" is no function`
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function isDefinition(value: unknown): value is PluginDefinition {
  return whatIsWrong(value) === undefined
}
