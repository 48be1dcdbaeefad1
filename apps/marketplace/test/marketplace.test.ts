import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pluginPackage } from '../src/fixtures/plugin-package.ts'
import { Served } from '../src/fixtures/served.ts'
import { isSkipped, openBrowser, Visitor } from './browser.ts'
import { accessibilityFaults, overflow } from './judge-page.ts'

describe.skipIf(isSkipped)('a marketplace in a browser', () => {
  let browser: Browser
  let served: Served
  beforeAll(async () => {
    browser = await openBrowser()
    served = await Served.start({ name: 'Plugins of Acme' })
    const { key } = served
    for (const version of ['1.0.0', '1.1.0']) {
      const manifest = {
        name: 'release-notes',
        version,
        description: 'Writes release notes from the git history',
        permissions: { fs: { read: [{ path: '${workspace}/**', reason: 'reads <b>all</b>' }] } },
      }
      const files = {
        'README.md': '# Use\n\n<script>window.evil = 1</script>\n\n[site](https://x.example/)\n',
      }
      const bytes = await pluginPackage({ key, namespace: 'acme', manifest, files })
      const { state, reasons } = await served.publish(bytes)
      if (state !== 'live') throw new Error(JSON.stringify(reasons))
    }
  })
  afterAll(async () => {
    await served?.[Symbol.asyncDispose]()
    await browser?.close()
  })

  it.each(['light', 'dark'] as const)(
    'leads from a search to a plugin without a script, in %s',
    async (colorScheme) => {
      await using visitor = await Visitor.open(browser, {
        colorScheme,
        javaScriptEnabled: false,
        viewport: { width: 320, height: 800 },
      })
      const { page } = visitor
      await page.goto(served.marketplace.url)
      await page.getByLabel('Search plugins').fill('history')
      await page.keyboard.press('Enter')
      await page.getByRole('link', { name: 'acme/release-notes' }).click()
      expect(new URL(page.url()).pathname).toBe('/plugins/acme/release-notes')
      expect(await page.title()).toBe('acme/release-notes · Plugins of Acme')
      expect(await page.locator('.versions tbody th').allTextContents()).toEqual(['1.1.0', '1.0.0'])
      expect(await page.locator('.permission-why').textContent()).toContain('reads <b>all</b>')
      expect(await page.locator('.prose').innerText()).toContain('<script>window.evil = 1</script>')
      expect(visitor.complaints).toEqual([])
      expect([...visitor.hosts]).toEqual(['127.0.0.1'])
    },
  )

  it.each([
    '/',
    '/?q=history',
    '/?q=zebra',
    '/plugins/acme/release-notes',
    '/plugins/acme/nothing',
  ])('has no fault that axe knows at %s', async (path) => {
    await using visitor = await Visitor.open(browser)
    await visitor.page.goto(served.marketplace.url + path)
    expect(await accessibilityFaults(visitor.page)).toEqual([])
    await visitor.page.setViewportSize({ width: 320, height: 800 })
    expect(await overflow(visitor.page)).toBe(0)
    expect(visitor.complaints.filter((text) => !text.includes('404'))).toEqual([])
    expect([...visitor.hosts]).toEqual(['127.0.0.1'])
  })

  it('says what is not there, with the status of it', async () => {
    await using visitor = await Visitor.open(browser)
    const answer = await visitor.page.goto(`${served.marketplace.url}/plugins/acme/nothing`)
    expect(answer?.status()).toBe(404)
    expect(await visitor.page.locator('main').innerText()).toContain('There is no such plugin here')
  })
})
