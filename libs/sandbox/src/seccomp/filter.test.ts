import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seccompFilter } from './filter.ts'
import { answers, architectures, audit, interpret } from './fixtures/interpret.ts'
import { callNumber, deniedCalls, judgedCalls, newestCall } from './system-calls.ts'

const { allow, eperm, enosys, kill } = answers

describe.each(architectures)('seccompFilter(%s)', (architecture) => {
  const filter = seccompFilter(architecture)
  const answer = (call: number | undefined, args: readonly bigint[] = []): number =>
    interpret(filter, { audit: audit[architecture], call: call ?? -1, args })
  const judged = (name: keyof typeof judgedCalls, ...args: readonly bigint[]): number =>
    answer(callNumber(judgedCalls[name], architecture), args)

  it('answers each denied call as its list says', () => {
    const wrong = Object.values(deniedCalls).flatMap(({ answer: denial, calls }) =>
      Object.values(calls)
        .map((numbers) => callNumber(numbers, architecture))
        .filter((call) => call !== undefined)
        .filter((call) => answer(call) !== (denial === 'EPERM' ? eperm : enosys)),
    )
    expect(wrong).toEqual([])
  })

  it('allows every other call that it knows, and denies all that are newer', () => {
    const denied = new Set(
      Object.values(deniedCalls).flatMap(({ calls }) =>
        Object.values(calls).map((numbers) => callNumber(numbers, architecture)),
      ),
    )
    const others = Array.from({ length: newestCall + 1 }, (_, call) => call).filter(
      (call) =>
        !denied.has(call) &&
        !Object.values(judgedCalls).some((numbers) => callNumber(numbers, architecture) === call),
    )
    expect(others.filter((call) => answer(call) !== allow)).toEqual([])
    fc.assert(
      fc.property(fc.integer({ min: newestCall + 1, max: 0xffff_ffff }), (call) => {
        expect(answer(call)).toBe(enosys)
      }),
    )
  })

  it('kills a program of another architecture', () => {
    for (const other of [0x4000_0003, 0x4000_0028, audit[architecture] ^ 1, 0])
      expect(interpret(filter, { audit: other, call: 0, args: [] })).toBe(kill)
  })

  it('denies clone for each kind of namespace, and allows threads and processes', () => {
    for (const flag of [
      0x2_0000, 0x200_0000, 0x400_0000, 0x800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000,
    ])
      expect(judged('clone', BigInt(flag | 0x11))).toBe(eperm)
    expect(judged('clone', 0x11n)).toBe(allow)
    expect(judged('clone', 0x3d_0f00n)).toBe(allow)
  })

  it('allows internet sockets alone, whatever stands in the half that the kernel does not read', () => {
    fc.assert(
      fc.property(fc.nat({ max: 0xff }), fc.nat({ max: 0xffff_ffff }), (family, high) => {
        const expected = family === 2 || family === 10 ? allow : eperm
        expect(judged('socket', (BigInt(high) << 32n) | BigInt(family))).toBe(expected)
      }),
    )
  })

  it('allows pairs of connected unix sockets alone, which cannot send to anybody else', () => {
    const flags = 0o2000000n | 0o4000n
    for (const type of [1n, 5n]) {
      expect(judged('socketpair', 1n, type)).toBe(allow)
      expect(judged('socketpair', (7n << 32n) | 1n, (7n << 32n) | type | flags)).toBe(allow)
    }
    for (const type of [0n, 2n, 3n, 4n, 6n, 10n, 2n | flags])
      expect(judged('socketpair', 1n, type)).toBe(eperm)
    for (const family of [2n, 16n, 30n]) expect(judged('socketpair', family, 1n)).toBe(eperm)
  })

  it('denies typing into the terminal, whatever stands in the half that the kernel does not read', () => {
    for (const request of [0x5412n, 0x541cn, 0x5423n]) {
      expect(judged('ioctl', 0n, request)).toBe(eperm)
      expect(judged('ioctl', 0n, request | (1n << 40n))).toBe(eperm)
    }
    expect(judged('ioctl', 0n, 0x5413n)).toBe(allow)
  })

  it('denies personalities but the usual one', () => {
    expect(judged('personality', 0n)).toBe(allow)
    expect(judged('personality', 0xffff_ffffn)).toBe(allow)
    expect(judged('personality', 0x004_0000n)).toBe(eperm)
  })

  it('denies setuid and setgid bits, wherever a file gets its mode', () => {
    const modes: readonly (readonly [keyof typeof judgedCalls, (mode: bigint) => bigint[]])[] = [
      ['chmod', (mode) => [0n, mode]],
      ['fchmod', (mode) => [0n, mode]],
      ['fchmodat', (mode) => [0n, 0n, mode]],
      ['fchmodat2', (mode) => [0n, 0n, mode]],
      ['creat', (mode) => [0n, mode]],
      ['open', (mode) => [0n, 0o101n, mode]],
      ['openat', (mode) => [0n, 0n, 0o20200001n, mode]],
      ['mknod', (mode) => [0n, mode]],
      ['mknodat', (mode) => [0n, 0n, mode]],
    ]
    for (const [name, args] of modes.filter(([call]) =>
      callNumber(judgedCalls[call], architecture),
    )) {
      for (const mode of [0o4755n, 0o2755n, 0o104755n, (1n << 40n) | 0o6000n])
        expect(judged(name, ...args(mode))).toBe(eperm)
      for (const mode of [0o755n, 0o1777n, 1n << 43n])
        expect(judged(name, ...args(mode))).toBe(allow)
    }
  })

  it('takes nothing for a mode where no file is made', () => {
    expect(judged('openat', 0n, 0n, 0o2n, 0o7777n)).toBe(allow)
    expect(judged('openat', 0n, 0n, 0o200000n, 0o7777n)).toBe(allow)
  })

  it('is a program that the kernel takes: whole steps, jumps inside, an answer at the end', () => {
    expect(filter.length % 8).toBe(0)
    expect(filter.length / 8).toBeLessThan(4096)
    const count = filter.length / 8
    const targets = Array.from({ length: count }, (_, step) => {
      const isJump = (filter.readUInt16LE(step * 8) & 7) === 5
      const [yes, no] = [filter.readUInt8(step * 8 + 2), filter.readUInt8(step * 8 + 3)]
      return isJump ? step + 1 + Math.max(yes, no) : step
    })
    expect(targets.filter((target) => target >= count)).toEqual([])
    expect(filter.readUInt16LE(filter.length - 8)).toBe(6)
  })
})

describe('seccompFilter(x64)', () => {
  it('denies calls of the x32 ABI, under which the numbers mean others', () => {
    const filter = seccompFilter('x64')
    for (const call of [0, 101, 520])
      expect(interpret(filter, { audit: audit.x64, call: 0x4000_0000 | call, args: [] })).toBe(
        enosys,
      )
  })
})
