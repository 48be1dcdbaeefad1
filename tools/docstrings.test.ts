import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findUndocumented } from './docstrings/find-undocumented.ts'

async function undocumented(files: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'mb-docstrings-')))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), text)
  }
  const found = await findUndocumented(join(folder, 'index.ts'))
  return found.map(({ file, line, name }) => `${relative(folder, file)}:${line} ${name}`).toSorted()
}

describe('findUndocumented()', () => {
  it('is content with a doc comment right above, of every kind of export', async () => {
    const index = `
/** A. */
export const a = 1
/** F. */
export function f(x: 1): 1
export function f(x: 2): 2
export function f(x: number): number { return x }
/** C. */
export class C {}
/** I. */
export interface I {}
/** T. */
export type T = 1
/** P. */
const p = 1
export { p, p as q }
`
    expect(await undocumented({ 'index.ts': index })).toEqual([])
  })

  it('names the same exports without one', async () => {
    const index = `
export const a = 1
export function f(x: 1): 1
export function f(x: 2): 2
export function f(x: number): number { return x }
export class C {}
export interface I {}
export type T = 1
const p = 1
export { p as q }
`
    expect(await undocumented({ 'index.ts': index })).toEqual([
      'index.ts:2 a',
      'index.ts:3 f',
      'index.ts:6 C',
      'index.ts:7 I',
      'index.ts:8 T',
      'index.ts:9 p',
    ])
  })

  it('does not take other comments, or one of something else, for a doc comment', async () => {
    const index = `// A.
export const a = 1
/* B. */
export const b = 1
/** Of what is not exported. */
const hidden = 1
export const c = hidden
`
    expect(await undocumented({ 'index.ts': index })).toEqual([
      'index.ts:2 a',
      'index.ts:4 b',
      'index.ts:7 c',
    ])
  })

  it('goes to where a name is declared, through any modules that pass it on', async () => {
    const files = {
      'index.ts': `
export { inner as outer } from './deep/one.ts'
export type { Told } from './deep/one.ts'
export * from './deep/two.ts'
export * as three from './deep/three.ts'
export { join } from 'node:path'
import { back } from './deep/three.ts'
export { back }
`,
      'deep/one.ts': "/** Told. */\nexport interface Told {}\nexport { inner } from './two.ts'",
      'deep/two.ts': 'const inner = 1\nexport { inner }\nexport const alsoTwo = 2',
      'deep/three.ts': 'export const back = 3',
    }
    expect(await undocumented(files)).toEqual([
      'deep/three.ts:1 back',
      'deep/two.ts:1 inner',
      'deep/two.ts:3 alsoTwo',
    ])
  })

  it('asks for words on public methods of a class, unless an interface has them', async () => {
    const index = `
/** A host. */
export class Host {
  constructor() {}
  /** Told. */
  told(): void {}
  bare(): void {}
  static open(): void {}
  get size(): number { return 0 }
  private secret(): void {}
  #hidden(): void {}
  override toString(): string { return '' }
  [Symbol.dispose](): void {}
}
/** A store. */
export class MemoryStore implements Store {
  get(): void {}
}
`
    expect(await undocumented({ 'index.ts': index })).toEqual([
      'index.ts:7 Host.bare',
      'index.ts:8 Host.open',
      'index.ts:9 Host.size',
    ])
  })

  it('refuses a module that cannot be parsed, instead of finding nothing in it', async () => {
    await expect(undocumented({ 'index.ts': 'export const = 1' })).rejects.toThrow('Cannot parse')
  })
})
