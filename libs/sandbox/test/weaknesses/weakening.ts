import type { ReceiptItem } from '@mb/sandbox'
import type { Weakness } from '../../src/jail/jailed-sandbox.ts'

/** Takes one protection away: what it is, and the items of which each has to be missed. */
export interface Weakening {
  readonly title: string
  readonly items: readonly ReceiptItem[]
  readonly weakness: Weakness
  /** Whether an ordinary user could not even start without it. */
  readonly rootOnly?: boolean
}
