import { wireLimits } from '@mb/marketplace-protocol'
import { html, type Child } from '../html.ts'

/** Which part of how many is shown. */
export interface Part {
  readonly query: string
  readonly total: number
  readonly offset: number
  readonly limit: number
}

/** Links to the part before and the part after this one, if there are any. */
export function pagination(part: Part): Child {
  const { total, offset, limit } = part
  const before = offset > 0 ? Math.max(offset - limit, 0) : undefined
  const next = offset + limit
  const after = next < total && next <= wireLimits.searchOffset ? next : undefined
  if (before === undefined && after === undefined) return false
  const page = Math.floor(offset / limit) + 1
  const pages = Math.max(Math.ceil(total / limit), page)
  return html`<nav class="pagination" aria-label="Pages">
    ${
      before === undefined
        ? html`<span class="step step-off">Previous</span>`
        : html`<a class="step" rel="prev" href="${address(part, before)}">Previous</a>`
    }
    <span>Page ${page.toLocaleString('en')} of ${pages.toLocaleString('en')}</span>
    ${
      after === undefined
        ? html`<span class="step step-off">Next</span>`
        : html`<a class="step" rel="next" href="${address(part, after)}">Next</a>`
    }
  </nav>`
}

function address({ query, limit }: Part, offset: number): string {
  const parameters = new URLSearchParams()
  if (query !== '') parameters.set('q', query)
  if (offset > 0) parameters.set('offset', String(offset))
  if (limit !== 20) parameters.set('limit', String(limit))
  const search = parameters.toString()
  return search === '' ? '/' : `/?${search}`
}
