import { realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import {
  errorCode,
  isInside,
  makeFolder,
  readTextBounded,
  writeFileAtomic,
  type JsonValue,
} from '@mb/kernel'
import type { Document } from 'yaml'
import { PluginError } from '../plugin-error.ts'
import { readConfigurationFile } from './configuration-file.ts'
import { findIn } from './find-configuration.ts'
import { isGroup, isList } from './json-shape.ts'
import type { ParsedConfiguration } from './parsed-configuration.ts'
import { layerOfFile, type SettingLayer } from './setting-layer.ts'
import { meaningOf } from './setting-path.ts'
import { settingOf } from './settings.ts'

const maxBytes = 1024 * 1024

type Environment = Readonly<Record<string, string | undefined>>

/** What is edited, and by which rules. */
export interface SettingEdit {
  /** Path of the setting: `plugins.searchPaths`. */
  readonly key: string
  /**
   * Gets the value that the file has and gives the one that it is to have; undefined for none. Asked twice, and what it
   * throws changes nothing.
   */
  readonly change: (present: JsonValue | undefined) => JsonValue | undefined
  /** What variables in the file stand for. @default process.env */
  readonly env?: Environment | undefined
}

/**
 * Changes one setting in the person's own settings, `config.yaml` of the home. Everything else in the file stays as it is,
 * comments too, and so do the items of a list, or the members of a group, that the change leaves alone.
 *
 * @throws PluginError `MB_CONFIG_…`, `MB_CONFIG_FORMAT` when the settings are in a file that cannot be edited; `MB_HOME_…`
 */
export async function editSetting(home: string, edit: SettingEdit): Promise<void> {
  const place: EditPlace = { folder: home, base: 'config', kind: 'person' }
  // Once before anything is made: what is refused leaves no trace, not even a lock.
  await planEdit(place, edit)
  await makeFolder(home, { mode: 0o700 })
  const lock = await lockHome(home)
  try {
    await carryOut(await planEdit(place, edit))
  } finally {
    lock[Symbol.dispose]()
  }
}

/**
 * As {@link editSetting}, in the settings of a project: `milkbottle.*` of its folder, made as `milkbottle.yaml`.
 *
 * @throws PluginError `MB_CONFIG_…`
 */
export async function editProjectSetting(folder: string, edit: SettingEdit): Promise<void> {
  await carryOut(await planEdit({ folder, base: 'milkbottle', kind: 'project' }, edit))
}

/** Of two that change the file at once, one change would be lost. What locks is loaded by whoever changes something. */
async function lockHome(home: string): Promise<Disposable> {
  const { StateChange } = await import('../store/state-change.ts')
  const { homeLayout } = await import('../store/home-layout.ts')
  return await StateChange.begin(homeLayout(home))
}

interface EditPlace {
  readonly folder: string
  readonly base: string
  readonly kind: SettingLayer['kind']
}

interface PlannedEdit {
  readonly key: string
  /** Of a file that has to be made: what is the person's is for nobody else, what is the project's is shared. */
  readonly mode: number
  readonly file: string
  readonly parsed: ParsedConfiguration | undefined
  readonly present: JsonValue | undefined
  readonly next: JsonValue | undefined
}

async function planEdit(
  { folder, base, kind }: EditPlace,
  { key, change, env = process.env }: SettingEdit,
): Promise<PlannedEdit> {
  const file = findIn(folder, base) ?? join(folder, `${base}.yaml`)
  const parsed = await readConfigurationFile(file)
  if (kind === 'project' && parsed !== undefined) await checkInside(folder, file)
  const layer = parsed === undefined ? undefined : layerOfFile(parsed, { file, kind, env })
  const present = layer?.values.findLast((each) => each.key === key)?.value
  const next = checked(change(present), key, file)
  if (!file.endsWith('.toml'))
    return { key, mode: kind === 'person' ? 0o600 : 0o644, file, parsed, present, next }
  throw new PluginError('MB_CONFIG_FORMAT', `Cannot change "${file}": it is no YAML`, {
    hint: `Set ${key} in it by hand, or move the settings to ${base}.yaml`,
  })
}

/** A project may have come from a stranger, and its link could lead to the person's own settings. */
async function checkInside(folder: string, file: string): Promise<void> {
  if (isInside(await realpath(folder), await realpath(file))) return
  throw new PluginError(
    'MB_CONFIG_FORMAT',
    `Cannot change "${file}": it is a link that leads out of the project`,
    { hint: 'Change the file that it leads to by hand, if it is the one that you mean' },
  )
}

/** Nothing is written that would not be read again. */
function checked(next: JsonValue | undefined, key: string, file: string): JsonValue | undefined {
  if (next === undefined) return undefined
  const read = settingOf(key)?.read(next)
  if (read?.ok === true) return read.value
  throw new PluginError(
    'MB_CONFIG_VALUE',
    `Cannot change "${key}" of "${file}": it has to be ${read?.expected ?? 'a setting'}`,
    { details: { file, key } },
  )
}

async function carryOut(edit: PlannedEdit): Promise<void> {
  if (isDeepStrictEqual(edit.present, edit.next)) return
  await write(edit, await editedText(edit))
}

/** The text of the file with the change. */
async function editedText({ key, file, parsed, present, next }: PlannedEdit): Promise<string> {
  const { isMap, parseDocument } = await import('yaml')
  const document = parseDocument(
    parsed === undefined ? '' : await readTextBounded(file, { maxBytes }),
  )
  const usual = key.split('.')
  const places = parsed === undefined ? [] : placesOf(parsed.value, [], key)
  const node = await nextNode(document, places, { present, next })
  // Older names of it would stand beside it, and win or lose by their order.
  for (const place of places)
    if (next === undefined || !isDeepStrictEqual(place, usual)) document.deleteIn(place)
  if (node !== undefined) {
    for (let depth = 1; depth < usual.length; depth += 1) {
      const group = usual.slice(0, depth)
      if (!isMap(document.getIn(group))) document.setIn(group, document.createNode({}))
    }
    if (document.getIn(usual) !== node) document.setIn(usual, node)
  }
  return file.endsWith('.json') ? json(document) : document.toString()
}

/** The value as a node; what of it was there is as it was written: with its comments, and with a variable where there was one. */
async function nextNode(
  document: Document,
  places: readonly (readonly string[])[],
  { present, next }: Pick<PlannedEdit, 'present' | 'next'>,
): Promise<unknown> {
  const { isMap, isSeq } = await import('yaml')
  if (next === undefined) return undefined
  const there = places.map((place) => document.getIn(place)).at(-1)
  if (isList(next)) {
    const before = isList(present) ? present : []
    const list = isSeq(there) ? there : document.createNode([])
    const kept = list.items.length === before.length ? [...list.items] : []
    list.items = next.map((each) => {
      const at = before.findIndex((old) => isDeepStrictEqual(old, each))
      return kept[at] ?? document.createNode(each)
    })
    return list
  }
  if (typeof next !== 'object' || next === null || !isMap(there)) return document.createNode(next)
  const old = isGroup(present) ? present : {}
  for (const name of Object.keys(old)) if (!Object.hasOwn(next, name)) there.delete(name)
  for (const [name, member] of Object.entries(next))
    if (!isDeepStrictEqual(old[name], member)) there.set(name, document.createNode(member))
  return there
}

/** Where in a file the setting stands, under whichever name. */
function placesOf(
  part: JsonValue,
  path: readonly string[],
  key: string,
): readonly (readonly string[])[] {
  const meaning = meaningOf(path)
  if (meaning.kind === 'setting') return meaning.key === key ? [path] : []
  if (!isGroup(part)) return []
  return Object.entries(part).flatMap(([name, member]) => placesOf(member, [...path, name], key))
}

function json(document: Document): string {
  return `${JSON.stringify(document.toJS(), null, 2)}\n`
}

/** Into the file itself: a link to it, as people have to a folder of such files, stays a link. */
async function write({ file, mode }: PlannedEdit, text: string): Promise<void> {
  try {
    const target = await realpath(file)
    await writeFileAtomic(target, text, { mode: (await stat(target)).mode & 0o777 })
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
    await writeFileAtomic(file, text, { mode })
  }
}
