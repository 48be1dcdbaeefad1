import type { JsonValue } from '@mb/kernel'
import { neverOf, type ReadValue } from './read-value.ts'

/** One setting: how its value is read, and what a project may do to it. */
export interface Setting {
  /** Reads a value as a file has it. */
  readonly read: (value: JsonValue) => ReadValue
  /** Reads a value as text, from the environment. */
  readonly readText: (text: string) => ReadValue
  /**
   * Whether a project's value is at least as strict as the one in force; absent where a project is free. The file
   * may have come with a stranger's repository.
   */
  readonly isStricter?: (present: JsonValue | undefined, next: JsonValue) => boolean
  /** Whether the value is nobody else's business: it is not shown. */
  readonly isSecret?: boolean
}

/** True or false. */
export function switchSetting({ strict }: { readonly strict?: boolean } = {}): Setting {
  return {
    read: readSwitch,
    readText: (text) => readSwitch(text === 'true' ? true : text === 'false' ? false : text),
    ...(strict === undefined ? {} : { isStricter: (_, next) => next === strict }),
  }
}

function readSwitch(value: JsonValue): ReadValue {
  return typeof value === 'boolean' ? { ok: true, value } : neverOf('true or false')
}

/** Bounds of a number, and which way a project may move it. */
export interface NumberRule {
  readonly min: number
  readonly max: number
  /** What holds where nobody set it. */
  readonly whenUnset: number
  readonly strict: 'smaller' | 'larger'
}

/** A whole number. */
export function numberSetting({ min, max, whenUnset, strict }: NumberRule): Setting {
  const expected = `a whole number from ${min} to ${max}`
  const read = (value: JsonValue): ReadValue =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? { ok: true, value }
      : neverOf(expected)
  return {
    read,
    readText: (text) => (/^\d{1,9}$/.test(text.trim()) ? read(Number(text)) : neverOf(expected)),
    isStricter: (present, next) => {
      const limit = typeof present === 'number' ? present : whenUnset
      return typeof next === 'number' && (strict === 'smaller' ? next <= limit : next >= limit)
    },
  }
}

/** One of some words, the strictest first. */
export function choiceSetting(choices: readonly string[], whenUnset: string): Setting {
  const read = (value: JsonValue): ReadValue =>
    typeof value === 'string' && choices.includes(value)
      ? { ok: true, value }
      : neverOf(`one of ${choices.join(', ')}`)
  const rank = (value: JsonValue | undefined): number =>
    choices.indexOf(typeof value === 'string' ? value : whenUnset)
  return {
    read,
    readText: (text) => read(text.trim()),
    isStricter: (present, next) => rank(next) <= rank(present),
  }
}

const maxTexts = 200
const maxLength = 4096

/** A list of texts; one text alone is a list of it. A project's own list is for its own files: see `neverInProject`. */
export function listSetting(what: string): Setting {
  const expected = `a list of ${what}`
  const read = (value: JsonValue): ReadValue => {
    const items = typeof value === 'string' ? [value] : value
    const isWhole =
      Array.isArray(items) &&
      items.length <= maxTexts &&
      items.every((each) => typeof each === 'string' && each !== '' && each.length <= maxLength)
    return isWhole ? { ok: true, value: items } : neverOf(expected)
  }
  return { read, readText: (text) => read(text.split(',').map((each) => each.trim())) }
}
