import type { JsonValue } from '@mb/kernel'
import { isGroup, isList } from './json-shape.ts'
import { neverOf, type ReadValue } from './read-value.ts'

/** A marketplace that somebody set up. */
export interface RepositorySetting {
  /** What it is called here: small letters, digits and `-`. */
  readonly name: string
  readonly url: string
  /** The lower, the earlier it is asked. */
  readonly priority?: number
  /** The only namespaces that it may serve. */
  readonly namespaces?: readonly string[]
}

const known: ReadonlySet<string> = new Set(['name', 'url', 'priority', 'namespaces'])
const expected =
  'a list of marketplaces, each with a name and a url, and maybe a priority and namespaces'
const maxRepositories = 100
const namePattern = /^[a-z][a-z0-9-]{0,63}$/

/** Reads `marketplace.repositories`; one address alone, as older files have it, is a marketplace named `default`. */
export function readRepositories(value: JsonValue): ReadValue {
  const items: JsonValue = typeof value === 'string' ? [{ name: 'default', url: value }] : value
  if (!Array.isArray(items) || items.length > maxRepositories) return neverOf(expected)
  const repositories = items.map(repositoryOf)
  const wrong = repositories.find((each) => typeof each === 'string')
  if (wrong !== undefined) return neverOf(typeof wrong === 'string' ? wrong : expected)
  const whole = repositories.filter((each) => typeof each !== 'string')
  const names = new Set(whole.map(({ name }) => name))
  if (names.size < whole.length)
    return neverOf('a list of marketplaces with a name of its own each')
  return { ok: true, value: whole.map((each) => ({ ...each })) }
}

/** Reads `name=url,name=url`. */
export function readRepositoriesText(text: string): ReadValue {
  const items = text.split(',').map((item): JsonValue => {
    const at = item.indexOf('=')
    return { name: item.slice(0, Math.max(at, 0)).trim(), url: item.slice(at + 1).trim() }
  })
  return readRepositories(items)
}

/** The repositories of a setting that was read. */
export function repositoriesIn(value: JsonValue | undefined): readonly RepositorySetting[] {
  if (!Array.isArray(value)) return []
  return value.map(repositoryOf).filter((each) => typeof each !== 'string')
}

/** A repository, or what it should have been. */
function repositoryOf(item: JsonValue): RepositorySetting | string {
  if (!isGroup(item)) return expected
  if (Object.keys(item).some((key) => !known.has(key))) return expected
  const { name, url, priority, namespaces } = item
  if (typeof name !== 'string' || !namePattern.test(name))
    return `${expected}; a name has small letters, digits and "-"`
  if (typeof url !== 'string' || !isAddress(url))
    return `${expected}; a url starts with https:// or http:// and holds no password`
  if (priority !== undefined && !isPriority(priority))
    return `${expected}; a priority is a whole number from 0 to 1000`
  if (namespaces !== undefined && !isNames(namespaces)) return expected
  return {
    name,
    url,
    ...(priority === undefined ? {} : { priority }),
    ...(namespaces === undefined ? {} : { namespaces }),
  }
}

function isAddress(text: string): boolean {
  if (text.length > 2048 || !URL.canParse(text)) return false
  const { protocol, username, password, search, hash } = new URL(text)
  const isPlain = [username, password, search, hash].every((part) => part === '')
  return (protocol === 'https:' || protocol === 'http:') && isPlain
}

function isPriority(value: JsonValue): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 1000
}

function isNames(value: JsonValue): value is readonly string[] {
  return isList(value) && value.every((each) => typeof each === 'string' && namePattern.test(each))
}
