import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hostilePage, hostileSummary, hostileTexts } from '../src/fixtures/hostile.ts'
import { pluginDetail, pluginSummary, versionDetail } from '../src/fixtures/plugins.ts'
import { pages } from '../src/web/index.ts'
import { isSkipped, openBrowser, Visitor } from './browser.ts'
import { accessibilityFaults, keyboardTour, overflow } from './judge-page.ts'
import { servePages } from './page-server.ts'

const service = 'MilkBottle marketplace'
const origin = 'http://127.0.0.1:4873'
const none = { query: '', total: 0, hits: [], offset: 0, limit: 20, service }

const readme = `# Release notes

Some *words* with \`code\`, [a link](https://x.example/), [another](#use) and ![a picture](https://x.example/a.png).

## Use

\`\`\`sh
${'mb notes --format md '.repeat(20)}
\`\`\`

| ${'wide | '.repeat(20)}
|${'-|'.repeat(20)}
| ${'cell | '.repeat(20)}

> Quoted
> > and quoted again

1. one
   - two
     - three
`

const usual: Readonly<Record<string, string>> = {
  '/': pages.list({
    ...none,
    total: 41,
    offset: 20,
    hits: [pluginSummary(), pluginSummary({ name: 'plain', permissions: [] })],
  }),
  '/empty': pages.list(none),
  '/nothing-found': pages.list({ ...none, query: 'zebra' }),
  '/plugin': pages.plugin({
    detail: pluginDetail({ readme }),
    version: versionDetail(),
    service,
    origin,
  }),
  '/problem': pages.problem({
    status: 404,
    title: 'There is no such plugin',
    detail: 'Look again',
  }),
}

const hostile: Readonly<Record<string, string>> = Object.fromEntries(
  Object.values(hostileTexts).flatMap((text, index) => [
    [
      `/list-${index}`,
      pages.list({ ...none, query: text, total: 1, hits: [hostileSummary(text)] }),
    ],
    [`/plugin-${index}`, pages.plugin(hostilePage(text))],
  ]),
)

const widths = [320, 375, 768, 1280, 2560]

describe.skipIf(isSkipped)('pages in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
  })

  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    it.each(Object.keys(usual))(
      '%s has no fault that axe knows, and breaks no rule of its own',
      async (path) => {
        await using server = await servePages(usual)
        await using visitor = await Visitor.open(browser, { colorScheme })
        await visitor.page.goto(server.url + path)
        expect(await accessibilityFaults(visitor.page)).toEqual([])
        expect(visitor.complaints).toEqual([])
        expect([...visitor.hosts]).toEqual(['127.0.0.1'])
      },
    )
  })

  it('would be told of a field without a name', async () => {
    const page = (usual['/'] ?? '').replace('<label', '<b').replace('</label>', '</b>')
    await using server = await servePages({
      '/': page.replaceAll('placeholder="Search plugins"', ''),
    })
    await using visitor = await Visitor.open(browser)
    await visitor.page.goto(server.url)
    expect(await accessibilityFaults(visitor.page)).toContainEqual(
      expect.stringMatching(/^label: /),
    )
  })

  it.each(Object.keys(usual))('%s is no wider than what shows it', async (path) => {
    await using server = await servePages(usual)
    await using visitor = await Visitor.open(browser)
    await visitor.page.goto(server.url + path)
    for (const width of widths) {
      await visitor.page.setViewportSize({ width, height: 800 })
      expect({ width, overflow: await overflow(visitor.page) }).toEqual({ width, overflow: 0 })
    }
  })

  it('holds together with hostile texts in each field, and runs none of them', async () => {
    await using server = await servePages(hostile)
    await using visitor = await Visitor.open(browser, { viewport: { width: 320, height: 800 } })
    for (const path of Object.keys(hostile)) {
      await visitor.page.goto(server.url + path)
      expect({ path, overflow: await overflow(visitor.page) }).toEqual({ path, overflow: 0 })
      expect(await visitor.page.locator('x-evil').count()).toBe(0)
    }
    expect(visitor.complaints).toEqual([])
    expect([...visitor.hosts]).toEqual(['127.0.0.1'])
  })

  it.each(['/', '/plugin', '/problem'])(
    '%s is all in reach of the keyboard, and shows where one is',
    async (path) => {
      await using server = await servePages(usual)
      await using visitor = await Visitor.open(browser)
      await visitor.page.goto(server.url + path)
      const { all, reached } = await keyboardTour(visitor.page)
      expect(all.length).toBeGreaterThan(3)
      expect(reached).toEqual(all)
    },
  )

  it('skips to the content', async () => {
    await using server = await servePages(usual)
    await using visitor = await Visitor.open(browser)
    await visitor.page.goto(`${server.url}/plugin`)
    await visitor.page.keyboard.press('Tab')
    await visitor.page.keyboard.press('Enter')
    expect(await visitor.page.evaluate('document.activeElement.id')).toBe('content')
  })

  it('leads from a link of a README to its heading', async () => {
    await using server = await servePages(usual)
    await using visitor = await Visitor.open(browser)
    await visitor.page.goto(`${server.url}/plugin`)
    await visitor.page.getByRole('link', { name: 'another' }).click()
    expect(await visitor.page.locator(':target').textContent()).toBe('Use')
  })

  it('selects the line that installs as a whole', async () => {
    await using server = await servePages(usual)
    await using visitor = await Visitor.open(browser)
    await visitor.page.goto(`${server.url}/plugin`)
    await visitor.page.locator('.install code').first().click()
    expect(await visitor.page.evaluate('getSelection().toString()')).toBe(
      'mb marketplace install acme/release-notes',
    )
  })
})

describe.skipIf(isSkipped)('contentSecurityPolicy in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
  })

  const attack = `<script>window.evil = 'ran'</script><img src="https://evil.example/pixel.png"><p style="color: red">x</p>`
  const spoilt = {
    '/': pages.problem({ status: 404, title: 'here', detail: 'there' }).replace('there', attack),
  }

  it('stops what gets past everything else', async () => {
    await using server = await servePages(spoilt)
    await using visitor = await Visitor.open(browser)
    await visitor.page.goto(server.url)
    expect(await visitor.page.evaluate('window.evil')).toBeUndefined()
    expect([...visitor.hosts]).toEqual(['127.0.0.1'])
    expect(
      visitor.complaints.filter((text) => text.includes('Content Security Policy')).length,
    ).toBe(3)
  })

  it('is what stops it', async () => {
    await using server = await servePages(spoilt, { policy: '' })
    await using visitor = await Visitor.open(browser)
    await visitor.page.goto(server.url)
    expect(await visitor.page.evaluate('window.evil')).toBe('ran')
    expect([...visitor.hosts]).toEqual(['127.0.0.1', 'evil.example'])
  })
})
