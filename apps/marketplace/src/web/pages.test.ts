import { raw } from 'hono/html'
import { describe, expect, it } from 'vitest'
import { assertVisible } from '../fixtures/harmless.ts'
import { hostilePage, hostileSummary, hostileTexts } from '../fixtures/hostile.ts'
import { html as careful } from './html.ts'
import { pages, type ListPage } from './pages.ts'

const list: ListPage = {
  query: '',
  total: 0,
  hits: [],
  offset: 0,
  limit: 20,
  service: 'MilkBottle marketplace',
}

/** What only we may have written. */
function assertOurs(page: string): void {
  expect(page.startsWith('<!doctype html>\n<html lang="en">')).toBe(true)
  expect(page).not.toMatch(/<(?:x-evil|script|img|iframe|style)/i)
  const names = page.replaceAll(/="[^"]*"/g, '').replaceAll(/>[^<]*</g, '><')
  expect(names).not.toMatch(/\s(?:on[a-z]+|style)\b/i)
  assertVisible(page)
  expect(page.isWellFormed()).toBe(true)
  const opened = page.match(/<(?:main|section|ul|li|div|bdi|details|table)\b/g)?.length
  expect(page.match(/<\/(?:main|section|ul|li|div|bdi|details|table)>/g)?.length).toBe(opened)
}

describe('html()', () => {
  it('escapes texts in elements and attributes, and leaves markup of its own', () => {
    const evil = `<x-evil a="b" c='d'>&`
    expect(
      careful`<p title="${evil}">${[evil, careful`<b>1</b>`, 2, undefined, false]}</p>`.toString(),
    ).toBe(
      '<p title="&lt;x-evil a=&quot;b&quot; c=&#39;d&#39;&gt;&amp;">&lt;x-evil a=&quot;b&quot; c=&#39;d&#39;&gt;&amp;<b>1</b>2</p>',
    )
    expect(careful`<p>${raw(evil)}</p>`.toString()).toContain('<x-evil')
  })
})

describe('pages', () => {
  it.each(Object.entries(hostileTexts))('show %s in each field as text', (_, text) => {
    assertOurs(
      pages.list({ ...list, query: text, total: 1, hits: [hostileSummary(text)], service: text }),
    )
    assertOurs(pages.list({ ...list, query: text, service: text }))
    assertOurs(pages.plugin(hostilePage(text)))
    assertOurs(pages.problem({ status: 404, title: text, detail: text }))
  })

  it('are told from what is not escaped', () => {
    const page = pages.problem({ status: 404, title: 'here', detail: 'there' })
    const text = hostileTexts['an element'] ?? ''
    expect(() => assertOurs(page.replace('there', text))).toThrow('x-evil')
  })

  it('say what went wrong, and lead back', () => {
    const page = pages.problem({
      status: 404,
      title: 'There is no such plugin',
      detail: 'Look again',
    })
    expect(page).toContain('<title>There is no such plugin · MilkBottle marketplace</title>')
    expect(page).toContain('<h1><bdi>There is no such plugin</bdi></h1>')
    expect(page).toContain('<p><a href="/">See all plugins</a></p>')
  })
})
