import { readdir } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { readFileBounded } from '@mb/kernel'

const isSource = /\.(?:[cm]?js|[cm]?ts)$/
const isDeclaration = /\.d\.[cm]?ts$/
const isTypeScript = /\.[cm]?ts$/
// Of types nothing is left when it runs. A default import may be called "type".
const typesAlone = /\b(?:im|ex)port\s+type\s+(?!from\b)[^'"`;]{1,2000}?\bfrom\s*(["'])[^"'\n]+\1/g
const notOwn: ReadonlySet<string> = new Set(['node_modules', '.git', '.milkbottle'])
const maxFileBytes = 20 * 1024 * 1024
const maxDepth = 24

/** What {@link importedPackages} looks for, and where. */
export interface ImportedOptions {
  /** Files of the folder, with `/`. @default all but packages and history */
  readonly files?: readonly string[] | undefined
  /** The only packages that are asked about. @default all */
  readonly among?: readonly string[] | undefined
}

/**
 * The packages that a plugin's own JavaScript imports by name. What was bundled into it, it does not import; what it
 * makes up at run time cannot be known.
 */
export async function importedPackages(
  directory: string,
  { files, among }: ImportedOptions = {},
): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for (const file of files ?? (await listSources(directory, '', 1))) {
    if (!isSource.test(file) || isDeclaration.test(file)) continue
    const content = await readFileBounded(join(directory, file), { maxBytes: maxFileBytes })
    // To look for its letters is quick, and a bundle does not even have these: only the rest is read as code.
    if (among?.some((name) => isQuoted(content, name)) === false) continue
    const text = content.toString()
    const code = isTypeScript.test(file) ? text.replaceAll(typesAlone, '') : text
    for (const specifier of await specifiersIn(code)) {
      const name = packageOf(specifier)
      if (name !== undefined && among?.includes(name) !== false) found.add(name)
    }
  }
  return found
}

/**
 * The package that an import names; undefined for a file, an address, and what Node brings.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { packageOf } from '@mb/manifest'
 *
 * assert.equal(packageOf('@acme/pdf/render.js'), '@acme/pdf')
 * assert.equal(packageOf('./render.js'), undefined)
 * assert.equal(packageOf('node:fs'), undefined)
 * ```
 */
export function packageOf(specifier: string): string | undefined {
  if (isBuiltin(specifier)) return undefined
  return /^(@[\w.-]+\/[\w.-]+|[A-Za-z0-9_][\w.-]*)(?:\/.*)?$/.exec(specifier)?.[1]
}

function isQuoted(content: Buffer, name: string): boolean {
  return ['"', "'", '`'].some((quote) => content.includes(`${quote}${name}`))
}

async function listSources(
  directory: string,
  folder: string,
  depth: number,
): Promise<readonly string[]> {
  if (depth > maxDepth) return []
  const files: string[] = []
  for (const entry of await readdir(join(directory, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isFile()) files.push(path)
    else if (entry.isDirectory() && !notOwn.has(entry.name))
      files.push(...(await listSources(directory, path, depth + 1)))
  }
  return files
}

// `require` as CommonJS has it, and as bundlers carry it into modules.
const required = /(?:\b|__)require\s*\(\s*(["'])([^"'\n]+)\1\s*\)/g
// Where a file is no JavaScript that can be read: better one too many than one too few.
const imported = /\b(?:from|import)\s*\(?\s*(["'])([^"'\n]+)\1/g

async function specifiersIn(text: string): Promise<readonly string[]> {
  const { init, parse } = await import('es-module-lexer')
  await init
  return [...readImports(text, parse), ...matches(text, required)]
}

function readImports(
  text: string,
  parse: typeof import('es-module-lexer').parse,
): readonly string[] {
  try {
    return parse(text)[0].flatMap(({ n }) => n ?? [])
  } catch {
    return matches(text, imported)
  }
}

function matches(text: string, shape: RegExp): readonly string[] {
  return [...text.matchAll(shape)].flatMap(([, , specifier]) => specifier ?? [])
}
