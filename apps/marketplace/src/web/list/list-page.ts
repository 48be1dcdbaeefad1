import { neutralText } from '@mb/manifest'
import { document } from '../document.ts'
import { html, type Html } from '../html.ts'
import type { ListPage } from '../pages.ts'
import { searchForm } from '../search-form.ts'
import { emptyList } from './empty-list.ts'
import { hit } from './hit.ts'
import { pagination } from './pagination.ts'

/** The plugins that a query finds, or all of them. */
export function listPage(page: ListPage): string {
  const query = neutralText(page.query)
  const content = html`<div class="lead">
      <h1>Plugins</h1>
      <p class="lead-line">
        Each one says what it touches. It gets that, once you agree, and nothing else.
      </p>
      ${searchForm({ query, isLarge: true })}
    </div>
    <p class="count" role="status">${count(page, query)}</p>
    ${
      page.hits.length === 0
        ? emptyList({ ...page, query })
        : html`<ul class="hits">
            ${page.hits.map(hit)}
          </ul>`
    }
    ${pagination({ ...page, query })}`
  return document(content, {
    title: query === '' ? 'Plugins' : `Plugins for “${query}”`,
    service: page.service,
    hasSearch: false,
  })
}

function count({ total, hits, offset }: ListPage, query: string): Html {
  const many = `${total.toLocaleString('en')} ${total === 1 ? 'plugin' : 'plugins'}`
  const shown =
    total > hits.length && hits.length > 0 && `, ${offset + 1} to ${offset + hits.length} shown`
  if (total === 0)
    return query === '' ? html`No plugins` : html`No plugins for “<bdi>${query}</bdi>”`
  if (query === '') return html`${many}${shown}, latest first`
  return html`${many} for “<bdi>${query}</bdi>”${shown}`
}
