import type { ReceiptFinding } from '../receipt.ts'

/** What was found for one item. */
export type Finding = Omit<ReceiptFinding, 'item'>
