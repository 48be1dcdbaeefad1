import { neutralText } from '@mb/manifest'
import { html, type Child } from '../html.ts'
import { webAddress } from '../web-address.ts'

/** An author's link, shown by where it really leads; what is no link is shown as text. */
export function webLink(text: string | undefined): Child {
  if (text === undefined || neutralText(text) === '') return false
  const address = webAddress(text)
  if (address === undefined) return html`<bdi>${neutralText(text, 80)}</bdi>`
  const { host, pathname } = new URL(address)
  const shown = neutralText(pathname === '/' ? host : `${host}${pathname}`, 80)
  return html`<a href="${address}" rel="nofollow ugc noopener"><bdi>${breakable(shown)}</bdi></a>`
}

/** A long address breaks before its parts. */
function breakable(address: string): readonly Child[] {
  return address.split('/').map((part, index) => (index === 0 ? part : html`<wbr />/${part}`))
}
