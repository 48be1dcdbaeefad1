import type { Receipt } from '@mb/sandbox'
import type { Output } from '../../output/output.ts'
import { text } from '../../output/style.ts'

/** Shows what was proved of a jail, and by what. */
export function showReceipt(receipt: Receipt, output: Output): void {
  const { style } = output
  const proved = receipt.items.filter((item) => item.proved).length
  output.line(
    text`${style.strong('receipt')} ${receipt.backend} ${receipt.backendVersion}, process ${receipt.pid}: ${proved} of ${receipt.items.length} protections proved`,
  )
  output.table(
    ['protection', '', 'what the kernel says'],
    receipt.items.map(({ item, proved: isProved, evidence }) => [
      item,
      isProved ? style.good('proved') : style.bad('absent'),
      evidence,
    ]),
  )
}
