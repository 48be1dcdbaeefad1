/** Something that the builder does, and fails with the words for it when it cannot. */
export interface Step {
  readonly kind:
    | 'call'
    | 'directory'
    | 'link'
    | 'file'
    | 'write'
    | 'enter'
    | 'loopback'
    | 'filter'
    | 'variable'
    | 'follow'
    | 'first-process'
    /** Landlock's rules: opened, added to, and put into force for this process and all that it starts. */
    | 'rules'
    | 'allow'
    | 'confine'
    /** A call that shall fail: how it does is told on the status descriptor, by its words. */
    | 'try'
    /** The builder turns into the program, below the loader. */
    | 'become'
  /** As in "cannot mount /usr". */
  readonly words: string
  /** Numbers as they are; what is text or bytes goes to the kernel as a pointer to it. */
  readonly values: readonly Value[]
}

/** What a step works on. */
export type Value = number | string | Uint8Array

/** Makes a step. */
export function step(kind: Step['kind'], words: string, values: readonly Value[]): Step {
  return { kind, words, values }
}

/** The steps as one message: each part after its length as 32 bits, big-endian. Paths may hold any byte but NUL. */
export function encodeSteps(steps: readonly Step[]): Buffer {
  const parts = steps.flatMap(({ kind, words, values }) => [
    kind,
    words,
    String(values.length),
    ...values.map(encodeValue),
  ])
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      return [length, bytes]
    }),
  )
}

function encodeValue(value: Value): Buffer {
  return typeof value === 'number'
    ? Buffer.from(`i${value}`)
    : Buffer.concat([Buffer.from('s'), Buffer.from(value)])
}
