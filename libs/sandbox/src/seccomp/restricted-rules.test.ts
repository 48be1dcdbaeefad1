import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seccompFilter } from './filter.ts'
import { answers, architectures, audit, interpret } from './fixtures/interpret.ts'
import { restrictedCalls, restrictedJudged, signalCalls } from './restricted-calls.ts'
import { restrictedRules } from './restricted-rules.ts'
import { callNumber } from './system-calls.ts'

const { allow, eperm, enosys } = answers

describe.each(architectures)('restrictedRules(%s)', (architecture) => {
  const scoped = seccompFilter(architecture, restrictedRules(architecture, true))
  const unscoped = seccompFilter(architecture, restrictedRules(architecture, false))
  const answer = (
    name: keyof typeof restrictedJudged,
    args: readonly bigint[],
    filter = scoped,
  ): number =>
    interpret(filter, {
      audit: audit[architecture],
      call: callNumber(restrictedJudged[name], architecture),
      args,
    })

  it('denies each call of its lists', () => {
    const wrong = Object.values(restrictedCalls).flatMap(({ answer: denial, calls }) =>
      Object.values(calls)
        .map((numbers) => callNumber(numbers, architecture))
        .filter((call) => call !== undefined)
        .filter(
          (call) =>
            interpret(scoped, { audit: audit[architecture], call, args: [] }) !==
            { EPERM: eperm, ENOSYS: enosys, ENOTSUP: 0x0005_005f }[denial],
        ),
    )
    expect(wrong).toEqual([])
  })

  it('lets a program judge itself alone, whatever stands in the half that the kernel does not read', () => {
    for (const name of [
      'sched_setaffinity',
      'sched_setscheduler',
      'sched_setparam',
      'sched_setattr',
      'prlimit64',
    ] as const) {
      expect(answer(name, [7n << 32n])).toBe(allow)
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 0xffff_ffff }), (pid) => {
          expect(answer(name, [BigInt(pid)])).toBe(eperm)
        }),
      )
    }
  })

  it('changes the priority of itself and its group, and never of all that the user runs', () => {
    expect([0n, 1n, 2n, 3n].map((which) => answer('setpriority', [which, 0n]))).toEqual([
      allow,
      allow,
      eperm,
      eperm,
    ])
    expect([1n, 2n, 3n, 0n].map((which) => answer('ioprio_set', [which, 0n]))).toEqual([
      allow,
      allow,
      eperm,
      eperm,
    ])
    expect(answer('setpriority', [0n, 1n])).toBe(eperm)
    expect(answer('ioprio_set', [1n, 1n])).toBe(eperm)
  })

  it('lets an open file have the time of now, and no name any time', () => {
    const high = 1n << 32n
    expect(answer('utimensat', [3n, 0n, 0n, 0n])).toBe(allow)
    for (const args of [
      [3n, 1n, 0n],
      [3n, high, 0n],
      [3n, 0n, 1n],
      [3n, 0n, high],
      [3n, high, high],
    ])
      expect(answer('utimensat', args)).toBe(eperm)
  })

  it('sends to no address', () => {
    expect(answer('sendto', [3n, 1n, 1n, 0n, 0n, 0n])).toBe(allow)
    for (const address of [1n, 1n << 32n])
      expect(answer('sendto', [3n, 1n, 1n, 0n, address, 16n])).toBe(eperm)
  })

  it('takes requests of terminals and pipes alone', () => {
    const unknown = 0x0005_0019
    expect([0x5401n, 0x5421n, 0x541bn].map((request) => answer('ioctl', [0n, request]))).toEqual([
      allow,
      allow,
      allow,
    ])
    // Attributes of a file, addresses of the host, and typing into the terminal.
    expect(answer('ioctl', [0n, 0x4008_6602n])).toBe(unknown)
    expect(answer('ioctl', [0n, 0x8912n])).toBe(unknown)
    expect(answer('ioctl', [0n, 0x5412n])).toBe(eperm)
  })

  it('lets a program signal its own group at most, where Landlock keeps no signals', () => {
    expect([0n, 1n, 0xffff_ffffn].map((pid) => answer('kill', [pid, 9n], unscoped))).toEqual([
      allow,
      eperm,
      eperm,
    ])
    expect(answer('kill', [1n, 9n], scoped)).toBe(allow)
    const denied = Object.values(signalCalls).map((numbers) =>
      interpret(unscoped, {
        audit: audit[architecture],
        call: callNumber(numbers, architecture) ?? -1,
        args: [],
      }),
    )
    expect(new Set(denied)).toEqual(new Set([eperm]))
    expect([8n, 15n, 4n].map((command) => answer('fcntl', [3n, command], unscoped))).toEqual([
      eperm,
      eperm,
      allow,
    ])
  })
})
