/**
 * Takes the pictures of the README: starts a marketplace, publishes the example plugins and some more to it, and looks at its pages
 * with a real browser. See CONTRIBUTING.md.
 *
 * @module
 */
import { mkdtemp, mkdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@mb/kernel'
import { startMarketplace } from '../src/server.ts'
import { openBrowser, Visitor } from './browser.ts'
import { examplePlugins } from './picture/example-plugins.ts'
import { packFiles } from './picture/pack-files.ts'
import { Publisher } from './picture/publisher.ts'

const root = join(import.meta.dirname, '../../..')
const images = join(root, 'docs/images')
const folder = await mkdtemp(join(tmpdir(), 'mb-picture-'))
try {
  await takePictures(folder)
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function takePictures(data: string): Promise<void> {
  let now = Date.parse('2026-09-01T08:00:00Z')
  await using marketplace = await startMarketplace({
    data,
    port: 0,
    clock: { ...systemClock, now: () => now },
  })
  const publishers = new Map<string, Publisher>()
  for (const { at, namespace, files } of await publications()) {
    now = Math.max(now, Date.parse(at))
    const publisher =
      publishers.get(namespace) ?? (await Publisher.open(marketplace, namespace, new Date(now)))
    publishers.set(namespace, publisher)
    await publisher.publish(await packFiles(files, { key: publisher.key, namespace }))
  }
  await using browser = await openBrowser()
  await using visitor = await Visitor.open(browser, { colorScheme: 'light' })
  await mkdir(images, { recursive: true })
  await take(visitor, marketplace.url, 'marketplace-list.png')
  await take(visitor, `${marketplace.url}/plugins/acme/release-notes`, 'marketplace-plugin.png')
  if (visitor.complaints.length > 0) throw new Error(visitor.complaints.join('\n'))
}

async function take({ page }: Visitor, address: string, name: string): Promise<void> {
  await page.goto(address)
  const { length } = await page.screenshot({ path: join(images, name) })
  process.stdout.write(`docs/images/${name}: ${Math.round(length / 1000)} kB\n`)
}

interface Publication {
  readonly at: string
  readonly namespace: string
  readonly files: Readonly<Record<string, string | Buffer>>
}

/** What is published, oldest first. */
async function publications(): Promise<readonly Publication[]> {
  const more = examplePlugins.flatMap(({ namespace, versions, manifest, files }) =>
    Object.entries(versions).map(([version, at]) => ({
      at,
      namespace,
      files: { ...files, 'plugin.json': JSON.stringify({ ...manifest, version }) },
    })),
  )
  const ours = [
    {
      at: '2026-11-18T10:00:00Z',
      namespace: 'examples',
      files: await readExample('hello-world', ['plugin.yaml', 'README.md', 'dist/index.mjs']),
    },
    {
      at: '2026-11-18T10:05:00Z',
      namespace: 'examples',
      files: await readExample('hello-python', ['plugin.yaml', 'hello.py', 'milkbottle.py']),
    },
  ]
  return [...more, ...ours].toSorted((a, b) => a.at.localeCompare(b.at))
}

async function readExample(
  name: string,
  paths: readonly string[],
): Promise<Record<string, Buffer>> {
  const read = paths.map(
    async (path) => [path, await readFile(join(root, 'examples/plugins', name, path))] as const,
  )
  return Object.fromEntries(await Promise.all(read))
}
