import { realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { errorCode, makeFolder, readTextBounded, writeFileAtomic, type JsonValue } from '@mb/kernel'
import type { Document } from 'yaml'
import { PluginError } from '../plugin-error.ts'
import { readConfigurationFile } from './configuration-file.ts'
import { findIn } from './find-configuration.ts'
import type { ParsedConfiguration } from './parsed-configuration.ts'
import { layerOfFile } from './setting-layer.ts'
import { meaningOf } from './setting-path.ts'
import { readRepositories, repositoriesIn, type RepositorySetting } from './repository-setting.ts'

const maxBytes = 1024 * 1024
const key = 'marketplace.repositories'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Changes the marketplaces in the person's own settings, `config.yaml` of the home. Everything else in the file stays as
 * it is, comments too, and so do the marketplaces that the change leaves alone.
 *
 * @param change - gets those that are there and gives those that are to be; asked twice, and what it throws changes nothing
 * @throws PluginError `MB_CONFIG_…`, `MB_CONFIG_FORMAT` when the settings are in a file that cannot be edited; `MB_HOME_…`
 */
export async function editRepositories(
  home: string,
  change: (present: readonly RepositorySetting[]) => readonly RepositorySetting[],
  {
    env = process.env,
  }: {
    /** What variables in the file stand for. @default process.env */
    readonly env?: Environment
  } = {},
): Promise<void> {
  // Once before anything is made: what is refused leaves no trace, not even a lock.
  await planEdit(home, change, env)
  await makeFolder(home, { mode: 0o700 })
  const lock = await lockHome(home)
  try {
    const edit = await planEdit(home, change, env)
    await write(edit.file, await editedText(edit))
  } finally {
    lock[Symbol.dispose]()
  }
}

/** Of two that change the file at once, one change would be lost. What locks is loaded by whoever changes something. */
async function lockHome(home: string): Promise<Disposable> {
  const { StateChange } = await import('../store/state-change.ts')
  const { homeLayout } = await import('../store/home-layout.ts')
  return await StateChange.begin(homeLayout(home))
}

interface Edit {
  readonly file: string
  readonly parsed: ParsedConfiguration | undefined
  readonly present: readonly RepositorySetting[]
  readonly next: readonly RepositorySetting[]
}

async function planEdit(
  home: string,
  change: (present: readonly RepositorySetting[]) => readonly RepositorySetting[],
  env: Environment,
): Promise<Edit> {
  const file = findIn(home, 'config') ?? join(home, 'config.yaml')
  const parsed = await readConfigurationFile(file)
  const present = parsed === undefined ? [] : repositoriesOf(parsed, file, env)
  const next = checked(change(present), file)
  if (!file.endsWith('.toml')) return { file, parsed, present, next }
  throw new PluginError('MB_CONFIG_FORMAT', `Cannot change "${file}": it is no YAML`, {
    hint: `Set ${key} in it by hand, or move the settings to config.yaml`,
  })
}

/** What is set; a name in it that is a variable in the file is what it stands for. */
function repositoriesOf(
  parsed: ParsedConfiguration,
  file: string,
  env: Environment,
): readonly RepositorySetting[] {
  const { values } = layerOfFile(parsed, { file, kind: 'person', env })
  return repositoriesIn(values.findLast((each) => each.key === key)?.value)
}

/** Nothing is written that would not be read again. */
function checked(next: readonly RepositorySetting[], file: string): readonly RepositorySetting[] {
  const plain = next.map((each): Readonly<Record<string, JsonValue>> =>
    Object.fromEntries(Object.entries(each).filter(([, value]) => value !== undefined)),
  )
  const read = readRepositories(plain)
  if (read.ok) return repositoriesIn(read.value)
  throw new PluginError(
    'MB_CONFIG_VALUE',
    `Cannot change "${key}" of "${file}": it has to be ${read.expected}`,
    { details: { file, key } },
  )
}

/** The text of the file with the change. */
async function editedText({ file, parsed, present, next }: Edit): Promise<string> {
  const { isMap, isSeq, parseDocument } = await import('yaml')
  const document = parseDocument(
    parsed === undefined ? '' : await readTextBounded(file, { maxBytes }),
  )
  const places = parsed === undefined ? [] : placesOf(parsed.value, [])
  const list = places.map((place) => document.getIn(place)).findLast(isSeq)
  const kept = list?.items.length === present.length ? list.items : []
  const items = next.map((each) => {
    const at = present.findIndex((before) => isDeepStrictEqual(before, each))
    // As it is written: with its comments, and with a variable where there was one.
    return kept[at] ?? document.createNode(each)
  })
  // Older names of it would stand beside it, and win or lose by their order.
  for (const place of places) if (!isUsual(place)) document.deleteIn(place)
  const [group] = usual
  if (!isMap(document.get(group))) document.set(group, document.createNode({}))
  const there = document.getIn(usual)
  if (isSeq(there)) there.items = items
  else document.setIn(usual, document.createNode(items))
  return file.endsWith('.json') ? json(document) : document.toString()
}

const usual = ['marketplace', 'repositories'] as const

function isUsual(place: readonly string[]): boolean {
  return isDeepStrictEqual(place, usual)
}

/** Where in a file the setting stands, under whichever name. */
function placesOf(part: JsonValue, path: readonly string[]): readonly (readonly string[])[] {
  const meaning = meaningOf(path)
  if (meaning.kind === 'setting') return meaning.key === key ? [path] : []
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return []
  return Object.entries(part).flatMap(([name, member]) => placesOf(member, [...path, name]))
}

function json(document: Document): string {
  return `${JSON.stringify(document.toJS(), null, 2)}\n`
}

/** Into the file itself: a link to it, as people have to a folder of such files, stays a link. */
async function write(file: string, text: string): Promise<void> {
  try {
    const target = await realpath(file)
    await writeFileAtomic(target, text, { mode: (await stat(target)).mode & 0o777 })
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
    await writeFileAtomic(file, text, { mode: 0o600 })
  }
}
