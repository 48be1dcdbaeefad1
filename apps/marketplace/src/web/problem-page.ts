import { neutralText } from '@mb/manifest'
import { document } from './document.ts'
import { html } from './html.ts'
import type { ProblemPage } from './pages.ts'

/** Says what went wrong, and leads back. */
export function problemPage({ status, title, detail }: ProblemPage): string {
  const heading = neutralText(title, 120)
  const content = html`<section class="problem">
    <p class="problem-status">${status}</p>
    <h1><bdi>${heading}</bdi></h1>
    <p><bdi>${neutralText(detail, 500)}</bdi></p>
    <p><a href="/">See all plugins</a></p>
  </section>`
  return document(content, { title: heading, hasSearch: true })
}
