import { neutralText } from '@mb/manifest'
import type { PluginSummary } from '@mb/marketplace-protocol'
import { day } from '../day.ts'
import { html, type Child, type Html } from '../html.ts'
import { pluginAddress } from '../plugin-address.ts'
import { byRisk, riskBadge } from '../risk.ts'

const glance = 2

/** A plugin as an entry of the list. */
export function hit(plugin: PluginSummary): Html {
  const description = neutralText(plugin.description, 240)
  return html`<li class="hit">
    <div class="hit-head">
      <h2>
        <a href="${pluginAddress(plugin)}"
          ><span class="namespace">${neutralText(plugin.namespace, 64)}/</span
          >${neutralText(plugin.name, 64)}</a
        >
      </h2>
      <span class="version">${neutralText(plugin.version, 64)}</span>
      <p class="hit-by">${by(plugin)}Updated ${day(plugin.updatedAt)}</p>
    </div>
    ${description !== '' && html`<p class="hit-description" dir="auto">${description}</p>`}
    <div class="hit-asks">${asks(plugin)}</div>
  </li>`
}

function asks({ permissions, highestRisk }: PluginSummary): Child {
  const badge = riskBadge(highestRisk)
  if (permissions.length === 0) return badge
  const worst = byRisk(permissions).slice(0, glance)
  const more = permissions.length - worst.length
  return [
    badge,
    html`<ul class="asks">
      ${worst.map(({ words }) => html`<li><bdi>${neutralText(words, 90)}</bdi></li>`)}
      ${more > 0 && html`<li class="quiet">${more.toLocaleString('en')} more</li>`}
    </ul>`,
  ]
}

function by({ author }: PluginSummary): Child {
  const name = neutralText(author, 80)
  return name !== '' && html`By <bdi>${name}</bdi> <span class="dot" aria-hidden="true">·</span> `
}
