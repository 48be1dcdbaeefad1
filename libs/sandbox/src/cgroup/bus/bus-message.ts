/** A value with its type, as D-Bus names it (D-Bus specification, "Type system"): a text, a path, a number, or numbers. */
export type BusValue =
  | { readonly type: 's' | 'o'; readonly value: string }
  | { readonly type: 'u'; readonly value: number }
  | { readonly type: 'b'; readonly value: boolean }
  | { readonly type: 'au'; readonly value: readonly number[] }
  /** Properties by their names. */
  | { readonly type: 'a(sv)'; readonly value: Readonly<Record<string, BusValue>> }
  /** Units that go along, of which there are none here. */
  | { readonly type: 'a(sa(sv))'; readonly value: readonly [] }

/** A call of a method. */
export interface BusCall {
  readonly destination: string
  readonly path: string
  readonly interface: string
  readonly member: string
  readonly body?: readonly BusValue[]
}

/** What has come: an answer, a refusal, or something that happened. */
export interface BusMessage {
  readonly kind: 'call' | 'answer' | 'error' | 'signal'
  /** The number of the call that it answers. */
  readonly answers: number | undefined
  readonly member: string | undefined
  readonly errorName: string | undefined
  /** Texts, paths and numbers at its beginning, until something else comes. */
  readonly body: readonly (string | number)[]
}

/** The kinds of messages, by their numbers less one. */
export const messageKinds: readonly BusMessage['kind'][] = ['call', 'answer', 'error', 'signal']

/** Of the protocol, in each message. */
export const protocolVersion = 1

/** Lowest byte first, as this process writes numbers. */
export const littleEndian = 0x6c
