import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { z } from 'zod'

const axeResult = z.object({
  violations: z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) })),
})

/** What a page does wrong for people who see, hear or move in other ways (WCAG 2.2 AA and good practice, by axe). */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
  const found = await page.evaluate(`axe.run({ runOnly: ${JSON.stringify(tags)} })`)
  return axeResult
    .parse(found)
    .violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}

/** How far a page is wider than what shows it. */
export async function overflow(page: Page): Promise<number> {
  return z
    .number()
    .parse(
      await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      ),
    )
}

const reachable = 'a[href], button, input, summary, [tabindex="0"]'

/** What can be reached: all of it in the page's order, and what the Tab key comes to, each with whether one sees where one is. */
export async function keyboardTour(page: Page): Promise<{ all: string[]; reached: string[] }> {
  const describe = `(element) => element.tagName + ' ' + (element.getAttribute('href') ?? element.id) + ' ' + element.textContent.trim().slice(0, 30)`
  const all = z
    .array(z.string())
    .parse(await page.evaluate(`[...document.querySelectorAll('${reachable}')].map(${describe})`))
  const reached: string[] = []
  for (let step = 0; step < all.length + 5; step += 1) {
    await page.keyboard.press('Tab')
    const at = z
      .object({ name: z.string(), isSeen: z.boolean() })
      .nullable()
      .parse(
        await page.evaluate(`(() => {
          const element = document.activeElement
          if (element === null || element === document.body) return null
          const { outlineStyle, outlineWidth } = getComputedStyle(element)
          const { width, height, bottom } = element.getBoundingClientRect()
          const isSeen = outlineStyle === 'solid' && outlineWidth !== '0px' && width > 0 && height > 0 && bottom > 0
          return { name: (${describe})(element), isSeen }
        })()`),
      )
    if (at === null) break
    reached.push(at.isSeen ? at.name : `unseen: ${at.name}`)
  }
  return { all, reached }
}
