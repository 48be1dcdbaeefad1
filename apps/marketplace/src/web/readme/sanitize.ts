import sanitizeHtml, { type IOptions, type Transformer } from 'sanitize-html'
import { webAddress } from '../web-address.ts'

/**
 * The second wall: whatever HTML comes in, what goes out has these elements and attributes alone. It trusts nothing that the renderer
 * of Markdown is said to do.
 */
export function sanitize(html: string): string {
  return sanitizeHtml(html, options)
}

/** Ids are the README's own, so that it cannot stand in for a part of the page. */
const heading: Transformer = (tagName, { id }) => ({
  tagName,
  attribs: id?.startsWith('readme-') === true ? { id } : {},
})

const link: Transformer = (tagName, { href = '' }) => {
  if (href.startsWith('#readme-') || /^mailto:[^?]+$/i.test(href))
    return { tagName, attribs: { href } }
  const address = webAddress(href)
  if (address === undefined) return { tagName, attribs: {} }
  return { tagName, attribs: { href: address, rel: 'nofollow ugc noopener' } }
}

const options: IOptions = {
  allowedTags:
    'h3 h4 h5 h6 p blockquote pre hr br ul ol li div table thead tbody tr th td a em strong s code'.split(
      ' ',
    ),
  allowedAttributes: {
    a: ['href', 'rel'],
    h3: ['id'],
    h4: ['id'],
    h5: ['id'],
    h6: ['id'],
    ol: ['start'],
    pre: [{ name: 'tabindex', values: ['0'] }],
    div: [
      { name: 'role', values: ['group'] },
      { name: 'aria-label', values: ['Table'] },
      { name: 'tabindex', values: ['0'] },
    ],
  },
  allowedClasses: {
    div: ['scroll'],
    th: ['align-center', 'align-right'],
    td: ['align-center', 'align-right'],
  },
  allowedStyles: {},
  parseStyleAttributes: false,
  allowedSchemes: ['https', 'http', 'mailto'],
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  nestingLimit: 100,
  transformTags: { a: link, h3: heading, h4: heading, h5: heading, h6: heading },
}
