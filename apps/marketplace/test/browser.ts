import { existsSync } from 'node:fs'
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core'

const program = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => existsSync(path),
)

const isMissing = program === undefined
/** Whether what needs a browser is left out; with `MB_REQUIRE_ENGINES=1` it is never. */
export const isSkipped: boolean = isMissing && process.env['MB_REQUIRE_ENGINES'] !== '1'
if (isSkipped) process.stderr.write('Skipping what needs a browser: Chromium is not installed\n')

/** A real browser, without a window. */
export async function openBrowser(): Promise<Browser> {
  if (program === undefined) throw new Error('Chromium is not installed')
  // It cannot make its own sandbox as root. All that it opens here comes from this machine.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return chromium.launch({ executablePath: program, args })
}

/** Somebody with a browser, and what happened there. */
export class Visitor implements AsyncDisposable {
  readonly page: Page
  /** What the browser complained of: refused by the policy, not found, broken. */
  readonly complaints: string[] = []
  /** Hosts that something was asked of; asking others than this machine is refused. */
  readonly hosts = new Set<string>()
  readonly #context: BrowserContext

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context
    this.page = page
  }

  static async open(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
    const visitor = new Visitor(context, await context.newPage())
    await context.route('**', async (route) => {
      const { hostname } = new URL(route.request().url())
      visitor.hosts.add(hostname)
      await (hostname === '127.0.0.1' ? route.continue() : route.abort())
    })
    visitor.page.on('console', (message) => visitor.complaints.push(message.text()))
    visitor.page.on('pageerror', (error) => visitor.complaints.push(error.message))
    return visitor
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close()
  }
}
