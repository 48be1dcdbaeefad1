import { neutralText } from '@mb/manifest'
import type { Reason, VersionDetail } from '@mb/marketplace-protocol'
import { html, type Child, type Html } from '../html.ts'

const severities: Readonly<Record<NonNullable<Reason['severity']>, string>> = {
  info: 'Note',
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  critical: 'Critical',
}

/** What the scanner said of its code. */
export function scan({ verdict, findings }: VersionDetail['scan']): Html {
  return html`<section id="scan" aria-labelledby="scan-title">
    <h2 id="scan-title">Scan</h2>
    <p class="verdict verdict-${verdict}">${summary(verdict, findings.length)}</p>
    ${
      findings.length > 0 &&
      html`<ul class="findings">
        ${findings.map(finding)}
      </ul>`
    }
  </section>`
}

function summary(verdict: 'pass' | 'warn', count: number): string {
  const many = count === 1 ? 'one finding' : `${count.toLocaleString('en')} findings`
  if (verdict === 'warn') return `Passed with warnings: ${many} to look at before you install it.`
  if (count > 0) return `Passed: ${many}, none of them serious.`
  return 'Passed: the scan of its code found nothing.'
}

function finding({ severity, code, message, help, ...where }: Reason): Html {
  return html`<li>
    <p>
      <span class="severity severity-${severity ?? 'info'}">${severities[severity ?? 'info']}</span>
      <bdi>${neutralText(message, 500)}</bdi>
    </p>
    <p class="quiet">
      ${place(where)}<code>${neutralText(code, 64)}</code>${help !== undefined && html`. <bdi>${neutralText(help, 500)}</bdi>`}
    </p>
  </li>`
}

function place({ file, line, column }: Pick<Reason, 'file' | 'line' | 'column'>): Child {
  if (file === undefined) return false
  const position = [line, column].filter((part) => part !== undefined).map((part) => `:${part}`)
  return html`<code><bdi>${neutralText(file, 300)}</bdi>${position.join('')}</code> `
}
