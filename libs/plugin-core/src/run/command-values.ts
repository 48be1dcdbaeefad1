import { nearestName } from '@mb/kernel'
import type { CommandDeclaration, ValueDeclaration } from '@mb/manifest'
import { PluginError } from '../plugin-error.ts'
import { convertValue } from './convert-value.ts'

/** By name, as in the manifest. */
export type Values = Readonly<Record<string, unknown>>

/** What a command is given, converted and whole; paths as they were typed. */
export interface CommandValues {
  readonly arguments: Values
  readonly options: Values
  /** The files and folders among them. */
  readonly paths: readonly TypedPath[]
  /** The addresses among them. */
  readonly addresses: readonly TypedAddress[]
  /** The secrets among them. */
  readonly secrets: readonly string[]
}

/** An address that the person named for this run. */
export interface TypedAddress {
  readonly typed: string
  /** As the person knows it: `argument "from"`. */
  readonly label: string
}

/** A file or folder that the person named for this run. */
export interface TypedPath {
  readonly typed: string
  readonly kind: 'file' | 'dir'
  readonly access: 'read' | 'write'
  /** As the person knows it: `argument "from"`. */
  readonly label: string
}

type Declaration = ValueDeclaration & { readonly variadic?: boolean }

/**
 * Checks what was typed for a command and converts it to the declared types; defaults are filled in.
 *
 * @throws PluginError `MB_PLUGIN_USAGE`
 */
export function commandValues(
  command: CommandDeclaration,
  given: { readonly arguments: Values; readonly options: Values },
): CommandValues {
  const read = [
    ...readAll(command, command.arguments, given.arguments, 'argument'),
    ...readAll(command, command.options, given.options, 'option'),
  ]
  return {
    arguments: byName(read, 'argument'),
    options: byName(read, 'option'),
    paths: read.flatMap(pathsIn),
    addresses: read.flatMap(({ role, declaration: { name, type }, items }) =>
      type === 'url'
        ? items.map((item) => ({ typed: String(item), label: `${role} "${name}"` }))
        : [],
    ),
    secrets: read.flatMap(({ declaration, items }) =>
      declaration.type === 'secret' ? items.map(String) : [],
    ),
  }
}

/** The same values, with each path as it is inside the sandbox. */
export function withPaths(
  command: CommandDeclaration,
  values: CommandValues,
  inside: (typed: string) => string,
): { readonly arguments: Values; readonly options: Values } {
  const replace = (declarations: readonly Declaration[], of: Values): Values =>
    Object.fromEntries(
      Object.entries(of).map(([name, value]) => {
        const type = declarations.find((declaration) => declaration.name === name)?.type
        if (type !== 'file' && type !== 'dir') return [name, value]
        return [name, Array.isArray(value) ? value.map(String).map(inside) : inside(String(value))]
      }),
    )
  return {
    arguments: replace(command.arguments, values.arguments),
    options: replace(command.options, values.options),
  }
}

interface Read {
  readonly role: 'argument' | 'option'
  readonly declaration: Declaration
  /** Undefined when it was left out and has no default. */
  readonly value: unknown
  readonly items: readonly unknown[]
}

function readAll(
  command: CommandDeclaration,
  declarations: readonly Declaration[],
  given: Values,
  role: Read['role'],
): readonly Read[] {
  const names = declarations.map(({ name }) => name)
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || names.includes(name)) continue
    const near = nearestName(name, names)
    throw usage(
      `Cannot run command "${command.name}": it has no ${role} ${JSON.stringify(name)}`,
      near === undefined ? undefined : `Did you mean "${near}"?`,
    )
  }
  return declarations.map((declaration) => readOne(command, declaration, given, role))
}

function readOne(
  command: CommandDeclaration,
  declaration: Declaration,
  all: Values,
  role: Read['role'],
): Read {
  const { name, variadic = false } = declaration
  const given = Object.hasOwn(all, name) ? all[name] : undefined
  const isLeftOut = given === undefined || (Array.isArray(given) && given.length === 0)
  if (isLeftOut) {
    if (declaration.required)
      throw usage(
        `Cannot run command "${command.name}": ${role} "${name}" is missing`,
        declaration.summary,
      )
    const value = declaration.default ?? (variadic ? [] : undefined)
    return { role, declaration, value, items: [] }
  }
  const convert = (item: unknown): unknown => {
    const conversion = convertValue(declaration, item)
    if (conversion.ok) return conversion.value
    const shown = declaration.type === 'secret' ? 'what was given' : show(item)
    throw usage(
      `Cannot run command "${command.name}": ${role} "${name}" is ${shown}, expected ${conversion.expected}`,
    )
  }
  const items = (variadic && Array.isArray(given) ? given : [given]).map(convert)
  return { role, declaration, value: variadic ? items : items[0], items }
}

function pathsIn({ role, declaration, items }: Read): readonly TypedPath[] {
  const { name, type, access = 'read' } = declaration
  if (type !== 'file' && type !== 'dir') return []
  return items.map((item) => ({
    typed: String(item),
    kind: type,
    access,
    label: `${role} "${name}"`,
  }))
}

function byName(read: readonly Read[], role: Read['role']): Values {
  const kept = read.filter((each) => each.role === role && each.value !== undefined)
  return Object.fromEntries(kept.map(({ declaration, value }) => [declaration.name, value]))
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

function usage(message: string, hint?: string): PluginError {
  return new PluginError('MB_PLUGIN_USAGE', message, { hint })
}
