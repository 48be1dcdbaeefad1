import { describe, expect, it } from 'vitest'
import { assets, stylesheet } from './assets.ts'
import { contentSecurityPolicy } from './content-security-policy.ts'
import { pages } from './pages.ts'

describe('assets', () => {
  it('are all that a page asks for, under paths that change with their content', () => {
    const page = pages.problem({ status: 404, title: 'here', detail: 'there' })
    const asked = [...page.matchAll(/<link rel="[^"]*"[^>]* href="([^"]*)"/g)].map(
      ([, path]) => path,
    )
    expect(asked).toEqual(assets.map(({ path }) => path))
    expect(
      asked.filter((path) => !/^\/assets\/[a-z]+-[0-9a-f]{16}\.(?:css|svg)$/.test(path ?? '')),
    ).toEqual([])
  })

  it('load nothing themselves', () => {
    expect(stylesheet.body).not.toMatch(/@import|url\(|@font-face/)
  })
})

describe('contentSecurityPolicy', () => {
  it('lets nothing run, and nothing load but what is ours', () => {
    expect(contentSecurityPolicy).toBe(
      "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
  })
})
