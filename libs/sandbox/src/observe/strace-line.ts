/** A system call as strace tells of it, once it has returned. */
export interface TracedCall {
  /** The thread, as the host sees it. */
  readonly pid: number
  readonly name: string
  /** Its arguments, each as it is written. */
  readonly words: readonly string[]
  /** What it returned, as it is written: `0`, `3<…>`, `-1 ENOENT (…)`. */
  readonly result: string
}

/**
 * Reads the lines of `strace -f -y -xx`, in which no byte of the program's own is anything but `\xNN`: it cannot write a quote, a
 * bracket or the end of a line into its own record.
 */
export class StraceLines {
  /** The first halves of calls that another thread has come in between, by thread: each has one at most. */
  readonly #begun = new Map<number, string>()

  /**
   * @returns undefined for what is no call, has not returned yet, or cannot be read
   */
  read(line: string): TracedCall | undefined {
    const [, thread = '', rest = ''] = /^(\d{1,10}) +(.*)$/s.exec(line) ?? []
    if (thread === '') return undefined
    const pid = Number(thread)
    if (rest.endsWith(unfinished)) {
      this.#begin(pid, rest.slice(0, -unfinished.length))
      return undefined
    }
    const begun = this.#begun.get(pid)
    this.#begun.delete(pid)
    const resumed = /^<\.\.\. [a-z0-9_]+ resumed>(.*)$/s.exec(rest)
    if (resumed === null) return parseCall(pid, rest)
    return begun === undefined ? undefined : parseCall(pid, begun + (resumed[1] ?? ''))
  }

  #begin(pid: number, text: string): void {
    // A thread that was killed in a call never resumes it.
    if (this.#begun.size >= mostThreads) this.#begun.clear()
    this.#begun.set(pid, text)
  }
}

const unfinished = ' <unfinished ...>'
const mostThreads = 10_000

function parseCall(pid: number, text: string): TracedCall | undefined {
  const [head = '', name = ''] = /^([a-z][a-z0-9_]*)\(/.exec(text) ?? []
  if (name === '') return undefined
  const { words, end } = splitArguments(text, head.length)
  const [, result] = /^\) += (.+)$/s.exec(text.slice(end)) ?? []
  return result === undefined ? undefined : { pid, name, words, result }
}

/** The arguments from a place in a text, and the place of the bracket that closes them. */
function splitArguments(
  text: string,
  from: number,
): { readonly words: readonly string[]; readonly end: number } {
  const words: string[] = []
  const closing: string[] = []
  let start = from
  let at = from
  for (; at < text.length; at += 1) {
    const sign = text[at] ?? ''
    if (sign === '"') {
      at = closingQuote(text, at)
      continue
    }
    if (sign === closing.at(-1)) {
      closing.pop()
      continue
    }
    if (closing.length === 0 && sign === ')') break
    if (closing.length === 0 && sign === ',') {
      words.push(text.slice(start, at).trim())
      start = at + 1
    }
    // What is compared or shifted stands between spaces; what opens a bracket follows a word.
    if (sign === '<' ? /\w/.test(text[at - 1] ?? '') : sign in brackets)
      closing.push(brackets[sign] ?? '')
  }
  const last = text.slice(start, at).trim()
  return { words: last === '' ? words : [...words, last], end: at }
}

const brackets: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' }

function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let before = at
    while (text[before - 1] === '\\') before -= 1
    // Each pair of them is one that was written.
    if ((at - before) % 2 === 0) return at
  }
  return text.length
}

/** The bytes of a string that strace has written; undefined for what is none, or was cut. */
export function readQuoted(word: string): Buffer | undefined {
  return /^"(?:[^"\\]|\\.)*"$/s.test(word) ? unescape(word.slice(1, -1)) : undefined
}

/** What a descriptor stands for: `3<…>`, `AT_FDCWD<…>`. */
export function readDescriptor(word: string): Buffer | undefined {
  const [, name] = /^(?:\d+|AT_FDCWD)<((?:[^<>\\]|\\.)*)>/s.exec(word) ?? []
  return name === undefined ? undefined : unescape(name)
}

function unescape(text: string): Buffer {
  // So it comes with -xx, and there may be millions.
  if (/^(?:\\x[0-9a-f]{2})*$/.test(text)) return Buffer.from(text.replaceAll('\\x', ''), 'hex')
  const parts = text.matchAll(/\\x([0-9a-f]{2})|\\([0-7]{1,3})|\\(.)|([^\\]+)/gs)
  return Buffer.concat(
    [...parts].map(([, hex, octal, letter, plain]) => {
      if (hex !== undefined) return Buffer.of(Number.parseInt(hex, 16))
      if (octal !== undefined) return Buffer.of(Number.parseInt(octal, 8) & 0xff)
      if (letter !== undefined) return Buffer.from(letters[letter] ?? letter)
      return Buffer.from(plain ?? '')
    }),
  )
}

const letters: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  v: '\v',
  f: '\f',
}
