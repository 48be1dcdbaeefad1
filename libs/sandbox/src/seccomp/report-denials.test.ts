import { describe, expect, it } from 'vitest'
import { answers, userNotification } from './bpf.ts'
import { seccompFilter } from './filter.ts'
import { reportDenials } from './report-denials.ts'
import type { Architecture } from './system-calls.ts'

describe.each<Architecture>(['x64', 'arm64'])('reportDenials(), on %s', (architecture) => {
  it('changes the answer EPERM, and no other byte', () => {
    const filter = seccompFilter(architecture)
    const expected = steps(filter).map(([head = 0, operand = 0]) =>
      head === 0x06 && operand === answers.EPERM ? [head, userNotification] : [head, operand],
    )
    expect(steps(reportDenials(filter))).toEqual(expected)
    expect(expected.filter(([, operand]) => operand === userNotification).length).toBeGreaterThan(
      50,
    )
  })
})

function steps(bytes: Uint8Array): readonly (readonly number[])[] {
  const view = Buffer.from(bytes)
  return Array.from({ length: bytes.length / 8 }, (_, step) => [
    view.readUInt32LE(step * 8),
    view.readUInt32LE(step * 8 + 4),
  ])
}
