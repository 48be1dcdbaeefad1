import { neutralText } from '@mb/manifest'
import { stylesheet } from './assets.ts'
import { html, type Child } from './html.ts'
import { bottlePath, icon, milkPath } from './icon.ts'
import { searchForm } from './search-form.ts'

/** What stands around the content of a page. */
export interface DocumentOptions {
  readonly title: string
  readonly description?: string
  /** What people call this marketplace. @default 'MilkBottle marketplace' */
  readonly service?: string
  /** Whether the search field is part of the header. */
  readonly hasSearch: boolean
}

/** A whole document around the content of a page. */
export function document(content: Child, options: DocumentOptions): string {
  const { title, description } = options
  const service = neutralText(options.service ?? '', 80) || 'MilkBottle marketplace'
  const page = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>${title} · ${service}</title>
      ${description !== undefined && html`<meta name="description" content="${description}" />`}
      <link rel="stylesheet" href="${stylesheet.path}" />
      <link rel="icon" type="image/svg+xml" href="${icon.path}" />
    </head>
    <body>
      <a class="skip" href="#content">Skip to the content</a>
      <header class="top">
        <div class="wide top-row">
          <a class="brand" href="/">${bottle()}<bdi>${service}</bdi></a>
          ${options.hasSearch && searchForm({ query: '', isLarge: false })}
        </div>
      </header>
      <main id="content" class="wide" tabindex="-1">${content}</main>
      <footer class="bottom">
        <div class="wide bottom-row">
          <p>Plugins run in a sandbox that allows what you agreed to, and nothing else.</p>
          <p><a href="/v1/openapi.json">API</a></p>
        </div>
      </footer>
    </body>
  </html>`
  return `<!doctype html>\n${page.toString()}\n`
}

function bottle(): Child {
  return html`<svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
    <path class="mark-glass" d="${bottlePath}" />
    <path class="mark-milk" d="${milkPath}" />
  </svg>`
}
