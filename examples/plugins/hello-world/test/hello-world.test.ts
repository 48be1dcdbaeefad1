import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import plugin from '../src/index.ts'
import { createContext } from './context.ts'

const hello = plugin.commands?.['hello-world']
const usual = { greeting: 'Hello', count: false }
let printed: string[]

beforeEach(() => {
  printed = []
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line))
})

afterEach(() => {
  vi.restoreAllMocks()
})

describe('hello-world', () => {
  it('greets who was named, in the words that were asked for', async () => {
    const invocation = { arguments: { name: 'Ada' }, options: { ...usual, greeting: 'Good day' } }
    expect(await hello?.(invocation, createContext())).toEqual({ greeted: ['Ada'], total: 1 })
    expect(printed).toEqual(['Good day, Ada!'])
  })

  it('greets the names in a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hello-'))
    const from = join(folder, 'names.txt')
    await writeFile(from, 'Ada\nBen\n')
    await hello?.({ arguments: { name: 'world' }, options: { ...usual, from } }, createContext())
    expect(printed).toEqual(['Hello, Ada!', 'Hello, Ben!'])
    await rm(folder, { recursive: true })
  })

  it('remembers how many it has greeted', async () => {
    const context = createContext()
    const invocation = { arguments: { name: 'Ada' }, options: { ...usual, count: true } }
    await hello?.(invocation, context)
    await hello?.(invocation, context)
    expect(printed.at(-1)).toBe('Greeted so far: 2')
  })
})
