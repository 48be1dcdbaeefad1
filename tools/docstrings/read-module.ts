import { readFile } from 'node:fs/promises'
import { parseSync, type Class, type ParseResult } from 'oxc-parser'

/** A module as far as documentation is concerned. */
export interface DocumentedModule {
  readonly file: string
  readonly exports: readonly ModuleExport[]
  /** Where each imported name comes from. */
  readonly imports: ReadonlyMap<string, Origin>
  /** Declared name → its declarations; a function has one for each overload. */
  readonly declarations: ReadonlyMap<string, readonly Declaration[]>
}

/** A name in another module. */
export interface Origin {
  readonly from: string
  readonly name: string
}

/** What one `export` passes on: a name of its own, one of another module, or all of another module. */
export type ModuleExport =
  | { readonly kind: 'own'; readonly name: string; readonly local: string }
  | { readonly kind: 'other'; readonly name: string; readonly origin: Origin }
  | { readonly kind: 'all'; readonly from: string }

/** Where something is declared, and whether a doc comment stands right above it. */
export interface Declaration {
  readonly line: number
  readonly isDocumented: boolean
  /** Public methods and accessors of a class that have no doc comment. */
  readonly bareMembers: readonly { readonly name: string; readonly line: number }[]
}

type Statement = ParseResult['program']['body'][number]

/** Reads a module without running it. */
export async function readModule(file: string): Promise<DocumentedModule> {
  return parseModule(file, await readFile(file, 'utf8'))
}

function parseModule(file: string, text: string): DocumentedModule {
  const parsed = parseSync(file, text)
  const problem = parsed.errors[0]
  if (problem !== undefined) throw new SyntaxError(`Cannot parse ${file}: ${problem.message}`)
  const documented = documentedStarts(text, parsed.comments)
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length
  const declarations = new Map<string, Declaration[]>()
  for (const statement of parsed.program.body) {
    const declared = declarationOf(statement)
    for (const name of namesOf(declared)) {
      const members = declared.type === 'ClassDeclaration' ? bareMembers(declared, documented) : []
      const declaration = {
        line: lineOf(statement.start),
        isDocumented: documented.has(statement.start),
        bareMembers: members.map((member) => ({ name: member.name, line: lineOf(member.start) })),
      }
      declarations.set(name, [...(declarations.get(name) ?? []), declaration])
    }
  }
  return { file, exports: exportsOf(parsed), imports: importsOf(parsed), declarations }
}

/** Offsets at which something begins that has a doc comment right above it. */
function documentedStarts(text: string, comments: ParseResult['comments']): ReadonlySet<number> {
  const starts = comments
    .filter(({ type, value }) => type === 'Block' && value.startsWith('*'))
    .map(({ end }) => end + (/^\s*/.exec(text.slice(end))?.[0].length ?? 0))
  return new Set(starts)
}

function declarationOf(statement: Statement): Statement {
  return statement.type === 'ExportNamedDeclaration' && statement.declaration !== null
    ? statement.declaration
    : statement
}

function namesOf(statement: Statement): readonly string[] {
  if (statement.type === 'VariableDeclaration') {
    return statement.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? id.name : []))
  }
  if ('id' in statement && statement.id?.type === 'Identifier') return [statement.id.name]
  return []
}

function bareMembers(
  declared: Class,
  documented: ReadonlySet<number>,
): { name: string; start: number }[] {
  // What implements an interface has its words there.
  if ((declared.implements ?? []).length > 0) return []
  return declared.body.body.flatMap((member) => {
    if (member.type !== 'MethodDefinition' || member.kind === 'constructor') return []
    const { key, start, computed, accessibility, override } = member
    // A name in brackets is a protocol's, which says what it does; what overrides has its words above.
    if (key.type !== 'Identifier' || computed || override === true || accessibility === 'private') {
      return []
    }
    return documented.has(start) ? [] : [{ name: key.name, start }]
  })
}

function exportsOf({ module }: ParseResult): ModuleExport[] {
  return module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ exportName, localName, importName, moduleRequest }): ModuleExport[] => {
      const from = moduleRequest?.value
      if (from !== undefined && exportName.name === null) return [{ kind: 'all', from }]
      const name = exportName.name ?? 'default'
      if (from === undefined) return [{ kind: 'own', name, local: localName.name ?? name }]
      return [{ kind: 'other', name, origin: { from, name: importName.name ?? '*' } }]
    }),
  )
}

function importsOf({ module }: ParseResult): ReadonlyMap<string, Origin> {
  return new Map(
    module.staticImports.flatMap(({ entries, moduleRequest }) =>
      entries.map(({ localName, importName }): [string, Origin] => [
        localName.value,
        { from: moduleRequest.value, name: importName.name ?? '*' },
      ]),
    ),
  )
}
