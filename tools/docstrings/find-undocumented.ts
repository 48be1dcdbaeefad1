import { resolve } from 'node:path'
import { readModule, type DocumentedModule, type Origin } from './read-module.ts'

/** Something public that nothing is said about. */
export interface Undocumented {
  readonly file: string
  readonly line: number
  /** Such as `openHost`, or `Host.install` for a method. */
  readonly name: string
}

/**
 * What can be imported from an entry and has no doc comment where it is declared, however many modules pass it on. What
 * other packages declare is theirs to document.
 */
export async function findUndocumented(entry: string): Promise<readonly Undocumented[]> {
  const modules = new Map<string, Promise<DocumentedModule>>()
  const read = (file: string): Promise<DocumentedModule> => {
    const module = modules.get(file) ?? readModule(file)
    modules.set(file, module)
    return module
  }
  const found = new Map<string, Undocumented>()
  for (const name of await exportedNames(entry, read)) {
    for (const each of await undocumentedIn(entry, name, read)) {
      found.set(`${each.file}:${each.line}:${each.name}`, each)
    }
  }
  return [...found.values()]
}

type Read = (file: string) => Promise<DocumentedModule>

async function exportedNames(file: string, read: Read): Promise<readonly string[]> {
  const names: string[] = []
  for (const each of (await read(file)).exports) {
    if (each.kind !== 'all') names.push(each.name)
    else if (isOurs(each)) names.push(...(await exportedNames(fileOf(file, each), read)))
  }
  return names
}

async function undocumentedIn(
  file: string,
  name: string,
  read: Read,
): Promise<readonly Undocumented[]> {
  const module = await read(file)
  const found = module.exports.find((each) => each.kind !== 'all' && each.name === name)
  if (found === undefined) {
    const passedOn = module.exports.filter((each) => each.kind === 'all').filter(isOurs)
    const all = await Promise.all(
      passedOn.map((each) => undocumentedIn(fileOf(file, each), name, read)),
    )
    return all.flat()
  }
  if (found.kind === 'other') return follow(file, found.origin, read)
  const imported = found.kind === 'own' ? module.imports.get(found.local) : undefined
  if (imported !== undefined) return follow(file, imported, read)
  return found.kind === 'own' ? judge(module, found.local) : []
}

async function follow(file: string, origin: Origin, read: Read): Promise<readonly Undocumented[]> {
  if (!isOurs(origin)) return []
  const target = fileOf(file, origin)
  if (origin.name !== '*') return undocumentedIn(target, origin.name, read)
  return findUndocumented(target)
}

function judge({ file, declarations }: DocumentedModule, name: string): Undocumented[] {
  const own = declarations.get(name) ?? []
  // One comment speaks for all overloads.
  const isDocumented = own.some((declaration) => declaration.isDocumented)
  const itself = isDocumented ? [] : [{ file, line: own[0]?.line ?? 1, name }]
  const members = own.flatMap(({ bareMembers }) =>
    bareMembers.map((member) => ({ file, line: member.line, name: `${name}.${member.name}` })),
  )
  return [...itself, ...members]
}

function isOurs({ from }: { readonly from: string }): boolean {
  return from.startsWith('.')
}

function fileOf(file: string, { from }: { readonly from: string }): string {
  return resolve(file, '..', from)
}
