import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { interleave } from './interleave.ts'
import type { Program } from './measure-cpu.ts'

const spin = (ms: number): Program => ({
  command: process.execPath,
  arguments: [
    '-e',
    `const end = process.cpuUsage().user + ${ms} * 1000
    while (process.cpuUsage().user < end);`,
  ],
})

it('interleave() tells a program that works from one that sleeps, by CPU and not by the clock', async () => {
  const sleep = { command: 'sleep', arguments: ['0.2'] }
  const measured = await interleave({ sleep, work: spin(100) }, { runs: 3 })
  expect(measured.sleep.median).toBeLessThan(50)
  expect(measured.work.median).toBeGreaterThanOrEqual(100)
  expect(measured.work.differenceTo(measured.sleep)).toBeGreaterThan(50)
})

it('interleave() counts what the children of a program cost', async () => {
  const { command, arguments: parameters } = spin(100)
  const script = '"$0" "$@"; true'
  const parent = { command: 'bash', arguments: ['-c', script, command, ...parameters] }
  const measured = await interleave({ parent }, { runs: 1 })
  expect(measured.parent.median).toBeGreaterThanOrEqual(100)
})

it('interleave() takes turns, warms up once, and lets each begin', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const write = (letter: string): Program => ({
    command: 'bash',
    arguments: ['-c', `printf ${letter} >>order`],
    cwd: folder,
  })
  await interleave({ a: write('a'), b: write('b') }, { runs: 3, batch: 2 })
  expect(await readFile(join(folder, 'order'), 'utf8')).toBe('abaabbbbaaaabb')
})

it('interleave() refuses the figure of a program that failed, and says what it said', async () => {
  const broken = { command: 'bash', arguments: ['-c', 'echo no such thing >&2; exit 3'] }
  await expect(interleave({ broken }, { runs: 1 })).rejects.toThrow(
    'Cannot measure bash: it ended with 3\nno such thing\n',
  )
})

it('interleave() refuses to measure nothing', async () => {
  await expect(interleave({}, { runs: 0 })).rejects.toThrow(RangeError)
})
