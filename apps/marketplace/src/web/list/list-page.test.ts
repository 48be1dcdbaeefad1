import { describe, expect, it } from 'vitest'
import { pluginSummary } from '../../fixtures/plugins.ts'
import { shownText } from '../../fixtures/shown-text.ts'
import type { ListPage } from '../pages.ts'
import { listPage } from './list-page.ts'

function list(change: Partial<ListPage> = {}): string {
  return listPage({
    query: '',
    total: 1,
    hits: [pluginSummary()],
    offset: 0,
    limit: 20,
    service: 'Plugins of Acme',
    ...change,
  })
}

const before =
  'Skip to the content Plugins of Acme Plugins Each one says what it touches. It gets that, once you agree, and nothing else. Search plugins Search'
const after = 'Plugins run in a sandbox that allows what you agreed to, and nothing else. API'

describe('listPage()', () => {
  it('shows who made a plugin, what it does, and the worst of what it asks for', () => {
    expect(shownText(list())).toBe(
      `${before} 1 plugin, latest first acme/ release-notes 1.4.0 By Acme · Updated 19 Nov 2026 Writes release notes from the git history ` +
        `Critical risk Run git with the arguments log and any others Connect to api.github.example on port 443 1 more ${after}`,
    )
    expect(list()).toContain('<a href="/plugins/acme/release-notes"')
  })

  it('says so when a plugin asks for nothing', () => {
    const { highestRisk: _, ...modest } = pluginSummary({ permissions: [] })
    expect(shownText(list({ hits: [modest] }))).toContain('Asks for nothing')
  })

  it('tells a search that finds nothing what may help', () => {
    expect(shownText(list({ query: 'zebra <b>', total: 0, hits: [] }))).toBe(
      `${before} No plugins for “ zebra <b> ” Nothing matches “ zebra <b> ” Try fewer words, or the start of one. ` +
        `Search for what a plugin does, such as a file format, or for a namespace. See all plugins ${after}`,
    )
    expect(list({ query: 'zebra <b>', total: 0, hits: [] })).toContain('value="zebra &lt;b&gt;"')
  })

  it('tells how to publish where there is nothing yet', () => {
    expect(shownText(list({ total: 0, hits: [] }))).toContain(
      'No plugins There are no plugins here yet Make one, and publish it to a namespace that is yours, here acme : mb sdk create notes',
    )
  })

  it('leads back from beyond the end', () => {
    expect(shownText(list({ total: 3, hits: [], offset: 40 }))).toContain('There is no such page')
  })

  it('leads to the part before and the part after, with what was searched for', () => {
    const page = list({ query: 'a&b', total: 1043, offset: 20 })
    expect(page).toContain('<a class="step" rel="prev" href="/?q=a%26b">Previous</a>')
    expect(page).toContain('<a class="step" rel="next" href="/?q=a%26b&amp;offset=40">Next</a>')
    expect(shownText(page)).toContain('1,043 plugins for “ a&b ”, 21 to 21 shown')
    expect(shownText(page)).toContain('Previous Page 2 of 53 Next')
  })

  it('keeps the size of a part that is not the usual one', () => {
    expect(list({ total: 90, limit: 50 })).toContain('href="/?offset=50&amp;limit=50"')
  })

  it('has no links where there is one part, nor beyond what a search reaches', () => {
    expect(list()).not.toContain('<nav')
    expect(list({ total: 50_000, offset: 10_000 })).not.toContain('rel="next"')
  })
})
