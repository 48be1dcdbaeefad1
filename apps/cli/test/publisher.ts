import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startMarketplaceServer, type MarketplaceServer } from './marketplace-server.ts'
import { Place } from './mb.ts'

/** A plugin, as far as a test cares. */
export interface PluginSource {
  readonly name?: string
  readonly version?: string
  /** As YAML. */
  readonly permissions?: string
  /** The plugins that it needs, as YAML. */
  readonly plugins?: string
  readonly code?: string
}

const outline = `export default {
  commands: { outline: ({ arguments: { file } }) => file },
}
`

/** Writes a plugin that needs no build. @returns its folder */
export async function writePlugin(place: Place, source: PluginSource = {}): Promise<string> {
  const { name = 'notes', version = '1.0.0', permissions = '{}' } = source
  const { plugins = '{}', code = outline } = source
  const directory = join(place.folder, name)
  await mkdir(join(directory, 'dist'), { recursive: true })
  await writeFile(join(directory, 'dist/index.mjs'), code)
  await writeFile(
    join(directory, 'plugin.yaml'),
    [
      `name: ${name}`,
      `version: ${version}`,
      'description: Prints an outline',
      'author: Ada',
      'license: MIT',
      'entry: dist/index.mjs',
      'commands:',
      `  - name: ${name === 'notes' ? 'outline' : `${name}-outline`}`,
      '    summary: Print an outline',
      '    arguments: [{ name: file, type: file, required: true }]',
      `permissions: ${permissions}`,
      `plugins: ${plugins}`,
      '',
    ].join('\n'),
  )
  return directory
}

/** A marketplace with one publisher, who is logged in and whose key is enrolled for `acme`. */
export class Publisher implements AsyncDisposable {
  readonly place: Place
  readonly server: MarketplaceServer
  readonly token: string

  private constructor(place: Place, server: MarketplaceServer, token: string) {
    this.place = place
    this.server = server
    this.token = token
  }

  /** A publisher who has done nothing yet but add the marketplace under the name `home`. */
  static async arrive(): Promise<Publisher> {
    await using made = new AsyncDisposableStack()
    const place = made.use(await Place.open())
    const server = made.use(await startMarketplaceServer(join(place.root, 'marketplace')))
    const token = await server.addAccount('ada', ['acme'])
    await must(place, ['marketplace', 'repositories', 'add', 'home', server.url])
    // Whoever called owns them now.
    made.move()
    return new Publisher(place, server, token)
  }

  /** A publisher who may publish. */
  static async open(): Promise<Publisher> {
    await using made = new AsyncDisposableStack()
    const publisher = made.use(await Publisher.arrive())
    const { place, token } = publisher
    const login = await place.mb(['marketplace', 'login', '--token-stdin'], { input: token })
    if (login.code !== 0) throw new Error(login.stderr)
    await must(place, ['sdk', 'keys', 'create'])
    await must(place, ['marketplace', 'keys', 'enrol', 'acme'])
    made.move()
    return publisher
  }

  /** Publishes a plugin. @returns its folder */
  async publish(source: PluginSource = {}): Promise<string> {
    const directory = await writePlugin(this.place, source)
    await must(this.place, ['marketplace', 'publish', directory, '--namespace', 'acme'])
    return directory
  }

  /** Another person, who knows the marketplace and nothing else. */
  async visitor(): Promise<Place> {
    const place = await Place.open()
    await must(place, ['marketplace', 'repositories', 'add', 'home', this.server.url])
    return place
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]()
    await this.place[Symbol.asyncDispose]()
  }
}

async function must(place: Place, args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await place.mb(args)
  if (code !== 0) throw new Error(`mb ${args.join(' ')} ended with ${code}\n${stdout}${stderr}`)
}
