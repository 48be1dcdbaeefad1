import { neutralText } from '@mb/manifest'
import { day } from '../day.ts'
import { document } from '../document.ts'
import { html, trusted, type Html } from '../html.ts'
import type { PluginPage } from '../pages.ts'
import { RecentTexts } from '../readme/recent-texts.ts'
import { renderReadme } from '../readme/render-readme.ts'
import { riskBadge } from '../risk.ts'
import { commands } from './commands.ts'
import { facts } from './facts.ts'
import { install } from './install.ts'
import { permissions } from './permissions.ts'
import { scan } from './scan.ts'
import { signer } from './signer.ts'
import { versions } from './versions.ts'

/** The worst README takes some hundred milliseconds, and somebody could ask for it again and again. */
const readmes = new RecentTexts({ maxCharacters: 8 * 1024 * 1024 })

/** A plugin: what it is, what it asks for, who stands for it, and how to have it. */
export function pluginPage(page: PluginPage): string {
  const { detail, version } = page
  const readme = readmes.get(detail.readme ?? '', renderReadme)
  const content = html`<div class="plugin">
    ${head(page)} ${install(page)} ${contents(page, readme !== '')}
    <div class="columns">
      <div class="main-column">
        ${permissions(version.permissions)} ${commands(version.commands)} ${scan(version.scan)}
      </div>
      <div class="side-column">${signer(page)} ${facts(page)} ${versions(page)}</div>
      ${
        readme !== '' &&
        html`<section class="readme" id="readme" aria-labelledby="readme-title">
          <h2 id="readme-title">README</h2>
          <div class="prose" dir="auto">${trusted(readme)}</div>
        </section>`
      }
    </div>
  </div>`
  return document(content, {
    title: neutralText(detail.id, 130),
    description: neutralText(detail.description),
    service: page.service,
    hasSearch: true,
  })
}

const dot = html` <span class="dot" aria-hidden="true">·</span>`

const scanned = { pass: 'Scan passed', warn: 'Scan passed with warnings' } as const

function head({ detail, version }: PluginPage): Html {
  const description = neutralText(detail.description, 2000)
  const author = neutralText(detail.author)
  return html`<header class="plugin-head">
    <div class="plugin-title">
      <h1>
        <span class="namespace">${neutralText(detail.namespace, 64)}/</span
        >${neutralText(detail.name, 64)}
      </h1>
      <span class="version">${neutralText(version.version, 64)}</span>
      ${riskBadge(detail.highestRisk)}
    </div>
    ${description !== '' && html`<p class="plugin-description" dir="auto">${description}</p>`}
    <p class="plugin-by">
      ${author !== '' && html`By <bdi>${author}</bdi>${dot} `}Published
      ${day(version.publishedAt)}${dot}
      <a href="#scan">${scanned[version.scan.verdict]}</a>
    </p>
  </header>`
}

function contents({ version }: PluginPage, hasReadme: boolean): Html {
  const hasCommands = version.commands.length > 0
  return html`<nav class="contents" aria-label="On this page">
    <ul>
      <li><a href="#permissions">Permissions</a></li>
      ${hasCommands && html`<li><a href="#commands">Commands</a></li>`}
      <li><a href="#scan">Scan</a></li>
      <li><a href="#signer">Signature</a></li>
      <li><a href="#versions">Versions</a></li>
      ${hasReadme && html`<li><a href="#readme">README</a></li>`}
    </ul>
  </nav>`
}
