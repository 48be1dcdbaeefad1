import { risks, type Risk } from '@mb/manifest'
import { html, type Html } from './html.ts'

const words: Readonly<Record<Risk, string>> = {
  low: 'Low risk',
  medium: 'Medium risk',
  high: 'High risk',
  critical: 'Critical risk',
}

/** A risk as word, colour and height of bars: none of them is needed to read the others. */
export function riskBadge(risk: Risk | undefined): Html {
  if (risk === undefined) return html`<span class="risk risk-none">Asks for nothing</span>`
  const level = risks.indexOf(risk)
  const bars = risks.map(
    (_, index) =>
      html`<rect
        class="${index <= level ? 'bar' : 'bar bar-off'}"
        x="${index * 4}"
        y="${9 - index * 3}"
        width="3"
        height="${3 + index * 3}"
      />`,
  )
  return html`<span class="risk risk-${risk}"
    ><svg viewBox="0 0 15 12" aria-hidden="true">${bars}</svg>${words[risk]}</span
  >`
}

/** What is worst first; what is alike stays in its order. */
export function byRisk<T extends { readonly risk: Risk }>(permissions: readonly T[]): readonly T[] {
  return permissions.toSorted((a, b) => risks.indexOf(b.risk) - risks.indexOf(a.risk))
}
