import type { Weakness } from '../../src/jail/jailed-sandbox.ts'
import { withData } from './weaken-launch.ts'

/** Leaves some namespaces to the host, by their bits. */
export function share(bits: number): Weakness {
  return withSteps((steps) =>
    steps.map((step) =>
      step.words === 'make namespaces'
        ? { ...step, values: [step.values[0] ?? '', `i${0x7e02_0000 & ~bits}`] }
        : step,
    ),
  )
}

/** Leaves out the step that is told in these words. */
export function withoutStep(words: string): Weakness {
  return withSteps((steps) => {
    const left = steps.filter((step) => step.words !== words)
    if (left.length === steps.length)
      throw new TypeError(`Cannot weaken the steps: none is to ${words}`)
    return left
  })
}

/** Other steps for the builder. */
export function withSteps(
  change: (steps: readonly EncodedStep[]) => readonly EncodedStep[],
): Weakness {
  return withData((data) => encode(change(decode(data))))
}

interface EncodedStep {
  readonly kind: string
  readonly words: string
  readonly values: readonly string[]
}

/** Bytes as Latin-1, which keeps each. */
function decode(data: Buffer): readonly EncodedStep[] {
  const parts: string[] = []
  for (let at = 0; at < data.length;) {
    const end = at + 4 + data.readUInt32BE(at)
    parts.push(data.toString('latin1', at + 4, end))
    at = end
  }
  const steps: EncodedStep[] = []
  while (parts.length > 0) {
    const [kind = '', words = '', count = ''] = parts.splice(0, 3)
    steps.push({ kind, words, values: parts.splice(0, Number(count)) })
  }
  return steps
}

function encode(steps: readonly EncodedStep[]): Buffer {
  const parts = steps.flatMap(({ kind, words, values }) => [
    kind,
    words,
    String(values.length),
    ...values,
  ])
  return Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(part.length)
      return [length, Buffer.from(part, 'latin1')]
    }),
  )
}
