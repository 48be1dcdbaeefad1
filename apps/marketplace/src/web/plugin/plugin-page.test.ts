import { describe, expect, it } from 'vitest'
import { pluginDetail, versionDetail } from '../../fixtures/plugins.ts'
import { shownText } from '../../fixtures/shown-text.ts'
import type { PluginPage } from '../pages.ts'
import { pluginPage } from './plugin-page.ts'

function plugin(
  detail: Parameters<typeof pluginDetail>[0] = {},
  version: Parameters<typeof versionDetail>[0] = {},
): string {
  const page: PluginPage = {
    detail: pluginDetail(detail),
    version: versionDetail(version),
    service: 'Plugins of Acme!',
    origin: 'https://plugins.acme.example',
  }
  return pluginPage(page)
}

describe('pluginPage()', () => {
  it('shows all that one should know before installing it', () => {
    const { keyId, digest } = versionDetail()
    expect(shownText(plugin())).toBe(
      [
        'Skip to the content Plugins of Acme! Search plugins Search',
        'acme/ release-notes 1.4.0 Critical risk Writes release notes from the git history By Acme · Published 19 Nov 2026 · Scan passed with warnings',
        'Install mb marketplace install acme/release-notes New to this marketplace?',
        'Tell mb where it is, once, under a name of your choice:',
        'mb marketplace repositories add plugins-of-acme https://plugins.acme.example',
        'Permissions Commands Scan Signature Versions README',
        'What it may do Critical risk Run git with the arguments log and any others The author gives no reason. exec git',
        'High risk Connect to api.github.example on port 443 The author says: fetches the titles of pull requests net api.github.example',
        'Medium risk Read all files in the folder you are in The author says: reads the history fs.read ${workspace}/**',
        'mb asks you before it installs. The sandbox then allows what is listed here, and the files that you name on the command line.',
        'Commands mb notes Write the notes of a release',
        'Scan Passed with warnings: one finding to look at before you install it.',
        'Medium Builds code from text at run time dist/index.mjs :12:3 MB4203 . Call the function by its name instead',
        `Signed by Key ${keyId.slice(0, 16)} of acme , enrolled 1 Mar 2026 Key and digests in full`,
        `Key ${keyId} Digest of its files ${digest} SHA-256 of the archive ${digest}`,
        'About License MIT Runs as JavaScript (Node) Download 48.2 kB, zip',
        'Homepage acme.example /release-notes Source git.acme.example /release-notes git markdown',
        'Versions Version Published Size Digest 1.4.0 19 Nov 2026 48.2 kB a94f5374 1.3.2 2 Sept 2026 48 kB a94f5374',
        'README Release notes Writes the notes of a release.',
        'Plugins run in a sandbox that allows what you agreed to, and nothing else. API',
      ].join(' '),
    )
  })

  it('leads where an author says, for what that is worth', () => {
    expect(plugin()).toContain(
      '<a href="https://acme.example/release-notes" rel="nofollow ugc noopener">',
    )
    const page = plugin({ homepage: 'javascript:alert(1)', repository: 'https://a@b.example' })
    expect(page).toContain('<bdi>javascript:alert(1)</bdi>')
    expect(page).toContain('<bdi>https://a@b.example</bdi>')
    expect(page).not.toContain('href="javascript')
  })

  it('shows a look-alike address by what it really is', () => {
    expect(shownText(plugin({ homepage: 'https://аcme.example' }))).toContain(
      'Homepage xn--cme-5cd.example',
    )
  })

  it('leaves out what is not there', () => {
    const {
      highestRisk: _,
      readme: __,
      ...detail
    } = pluginDetail({ keywords: [], permissions: [] })
    const page = pluginPage({
      detail,
      version: versionDetail({
        permissions: [],
        commands: [],
        scan: { verdict: 'pass', findings: [] },
      }),
      service: '',
      origin: 'http://127.0.0.1:4873',
    })
    const shown = shownText(page)
    expect(shown).toContain('Skip to the content MilkBottle marketplace')
    expect(shown).toContain('Asks for nothing')
    expect(shown).toContain('What it may do Nothing beyond its own code')
    expect(shown).toContain('Passed: the scan of its code found nothing.')
    expect(shown).toContain('mb marketplace repositories add marketplace http://127.0.0.1:4873')
    expect(page).not.toMatch(/id="commands"|id="readme"|class="keywords"/)
  })

  it('says that the key is gone', () => {
    expect(shownText(plugin({ keys: [] }))).toContain('of acme , which has since been removed')
  })

  it('leads to the rest of many versions', () => {
    const [version] = pluginDetail().versions
    const shown = shownText(
      plugin({ versions: version === undefined ? [] : Array(1032).fill(version) }),
    )
    expect(shown).toContain('1,002 older: mb marketplace versions acme/release-notes')
  })

  it('tells light findings of a scan that passed', () => {
    const findings = [{ code: 'MB4001', message: 'Reads the clock' }]
    expect(shownText(plugin({}, { scan: { verdict: 'pass', findings } }))).toContain(
      'Passed: one finding, none of them serious. Note Reads the clock MB4001',
    )
  })

  it('has each id once', () => {
    const page = plugin({
      readme: '# Permissions\n\n# Permissions\n\n# permissions-1\n\n# content',
    })
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
    expect(ids).toEqual([...new Set(ids)])
  })
})
