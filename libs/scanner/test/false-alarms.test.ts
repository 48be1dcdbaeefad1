import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { scan, type ScanReport } from '@mb/scanner'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../../..')
const isFull = process.env['MB_TEST_SIZE'] === 'full'

/** What thousands of programs are made of: compilers, minified bundles, template engines, parsers, servers. */
const packages = [
  'ajv',
  'archiver',
  'axe-core',
  'commander',
  'fast-check',
  'fastify',
  'hono',
  'lodash',
  'markdown-it',
  'nunjucks',
  'pino/lib',
  'rollup',
  'rxjs',
  'sanitize-html',
  'semver',
  'smol-toml',
  'tar-stream',
  'tsup',
  'undici',
  'vitest',
  'yaml',
  'yauzl',
  'zod',
  ...(isFull ? ['nx/dist/src', 'playwright-core', 'typescript'] : []),
].filter((name) => existsSync(join(root, 'node_modules', name)))

describe('scan() raises no false alarm', () => {
  it(
    'over popular packages',
    async () => {
      const reports = new Map<string, ScanReport>()
      for (const name of packages) reports.set(name, await scan(join(root, 'node_modules', name)))
      const alarms = [...reports].flatMap(([name, { findings, errors }]) => [
        ...findings
          .filter(({ severity }) => ['medium', 'high', 'critical'].includes(severity))
          .map(({ rule, file }) => `${name}: ${rule} in ${file}`),
        ...errors.map(({ file = '', message }) => `${name}: ${file} ${message}`),
      ])
      expect(alarms).toEqual([])
      expect(packages.length).toBeGreaterThan(12)
      const files = [...reports.values()].reduce((sum, report) => sum + report.files, 0)
      expect(files).toBeGreaterThan(1000)
    },
    isFull ? 300_000 : 60_000,
  )

  it('over our own packages as they are published', async () => {
    const names = ['kernel', 'manifest', 'sandbox', 'plugin-core', 'sdk', 'scanner', 'perf']
    const built = names
      .map((name) => join(root, 'libs', name, 'dist'))
      .filter((path) => existsSync(path))
    for (const path of built)
      expect({ path, ...(await scan(path)) }).toMatchObject({ path, verdict: 'pass' })
  })

  // The system's Python holds what a plugin's code looks like, and code that packs and unpacks for a living.
  it.runIf(existsSync('/usr/lib/python3/dist-packages'))(
    "over the system's Python packages",
    async () => {
      const report = await scan('/usr/lib/python3/dist-packages', { limits: { maxFiles: 100_000 } })
      const alarms = report.findings.filter(({ rule }) =>
        ['decode-and-run', 'decode-and-start', 'unparseable'].includes(rule),
      )
      expect(alarms).toEqual([])
    },
    120_000,
  )
})
