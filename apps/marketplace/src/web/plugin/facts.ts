import { neutralText } from '@mb/manifest'
import { html, type Child, type Html } from '../html.ts'
import type { PluginPage } from '../pages.ts'
import { size } from '../size.ts'
import { keywords } from './keywords.ts'
import { webLink } from './web-link.ts'

const runtimes = {
  node: 'JavaScript (Node)',
  python: 'Python',
  executable: 'Executable',
  wasm: 'WebAssembly',
} as const

/** What else there is to know about the version. */
export function facts({ detail, version }: PluginPage): Html {
  const license = neutralText(version.license ?? detail.license ?? '', 80)
  return html`<section class="panel" aria-labelledby="facts-title">
    <h2 id="facts-title">About</h2>
    <dl class="facts">
      ${fact('License', license === '' ? 'Not stated' : html`<bdi>${license}</bdi>`)}
      ${fact('Runs as', runtimes[version.runtime])}
      ${fact('Download', `${size(version.archive.bytes)}, ${version.archive.form}`)}
      ${fact('Homepage', webLink(detail.homepage))} ${fact('Source', webLink(detail.repository))}
    </dl>
    ${keywords(detail.keywords)}
  </section>`
}

function fact(name: string, value: Child): Child {
  if (value === false) return false
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`
}
