import { neutralText } from '@mb/manifest'
import { html, type Child } from './html.ts'

const days = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' })

/** A moment (ISO 8601) as its day in UTC, such as 21 Nov 2026. */
export function day(moment: string): Child {
  const time = Date.parse(moment)
  if (Number.isNaN(time)) return neutralText(moment, 40)
  return html`<time datetime="${new Date(time).toISOString()}">${days.format(time)}</time>`
}
