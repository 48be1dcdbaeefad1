import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode, isMbError, readTextBounded } from '@mb/kernel'
import type { Runtime } from '../manifest.ts'
import { pythonName } from './python-names.ts'
import { vendoredPlaces } from './vendored-places.ts'

/** A package of a plugin's language that lies in the plugin's own. */
export interface VendoredPackage {
  /** As it names itself; for Python in the one spelling that all others mean. */
  readonly name: string
  /** As it says itself. */
  readonly version: string
}

const maxPackageJsonBytes = 1024 * 1024
const maxMetadataBytes = 1024 * 1024
const maxPackages = 10_000

/** The packages that a plugin's folder brings along, those that only others of them use left out; by name. */
export async function readVendoredPackages(
  directory: string,
  runtime: Runtime,
): Promise<readonly VendoredPackage[]> {
  if (runtime === 'node') return readNodePackages(join(directory, vendoredPlaces.node))
  if (runtime === 'python') return readPythonPackages(join(directory, vendoredPlaces.python))
  return []
}

/**
 * One package of a folder of Node's, by the name that it is imported by.
 *
 * @returns undefined when it is not there, or says nothing of itself that can be read
 */
export async function readNodePackage(
  folder: string,
  name: string,
): Promise<VendoredPackage | undefined> {
  const text = await readIfThere(join(folder, name, 'package.json'), maxPackageJsonBytes)
  if (text === undefined) return undefined
  const facts = parseObject(text)
  const version = facts?.['version']
  return typeof version === 'string' ? { name, version } : undefined
}

async function readNodePackages(folder: string): Promise<readonly VendoredPackage[]> {
  const names = await listNames(folder)
  const scoped = names.filter((name) => name.startsWith('@'))
  const inScopes = await Promise.all(
    scoped.map(async (scope) =>
      (await listNames(join(folder, scope))).map((name) => `${scope}/${name}`),
    ),
  )
  const plain = names.filter((name) => !name.startsWith('@') && !name.startsWith('.'))
  const found = await readEach([...plain, ...inScopes.flat()], (name) =>
    readNodePackage(folder, name),
  )
  return found.toSorted(byName)
}

async function readPythonPackages(folder: string): Promise<readonly VendoredPackage[]> {
  const infos = (await listNames(folder)).filter((name) => name.endsWith('.dist-info'))
  const found = await readEach(infos, async (info) => {
    const text = await readIfThere(join(folder, info, 'METADATA'), maxMetadataBytes)
    return text === undefined ? undefined : parsePythonMetadata(text)
  })
  return found.toSorted(byName)
}

/** Name and version in the METADATA of a Python package: headers as of a mail, until the first empty line. */
export function parsePythonMetadata(text: string): VendoredPackage | undefined {
  const head = text.split(/\r?\n\r?\n/, 1)[0] ?? ''
  const name = /^Name:\s*(\S+)\s*$/m.exec(head)?.[1]
  const version = /^Version:\s*(\S+)\s*$/m.exec(head)?.[1]
  return name === undefined || version === undefined
    ? undefined
    : { name: pythonName(name), version }
}

async function readEach(
  names: readonly string[],
  read: (name: string) => Promise<VendoredPackage | undefined>,
): Promise<readonly VendoredPackage[]> {
  const found: VendoredPackage[] = []
  // One after the other: a package may hold thousands, and descriptors are few.
  for (const name of names.slice(0, maxPackages)) {
    const each = await read(name)
    if (each !== undefined) found.push(each)
  }
  return found
}

async function listNames(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
}

async function readIfThere(file: string, maxBytes: number): Promise<string | undefined> {
  try {
    return await readTextBounded(file, { maxBytes })
  } catch (error) {
    // What is too long, or no text, says nothing of itself.
    if (isAbsent(error) || isMbError(error)) return undefined
    throw error
  }
}

const absentCodes: ReadonlySet<string | undefined> = new Set([
  'ENOENT',
  'ENOTDIR',
  'EISDIR',
  'EINVAL',
  'ELOOP',
  'ENAMETOOLONG',
])

function isAbsent(error: unknown): boolean {
  return absentCodes.has(errorCode(error))
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

function byName(a: VendoredPackage, b: VendoredPackage): number {
  if (a.name === b.name) return 0
  return a.name < b.name ? -1 : 1
}
