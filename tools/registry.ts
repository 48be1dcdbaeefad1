/**
 * An npm registry on loopback that has our packages as they would be published, and takes all others from the registry
 * that this machine is set to. `node tools/registry.ts -- command …` runs a command with it.
 *
 * @module
 */
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runServer } from 'verdaccio'
import { packAll, publish } from './registry/pack.ts'
import { runStep } from './run-step.ts'
import { runProgram } from './tour/run-program.ts'
import { root } from './workspaces.ts'

/** A registry that is up until it is disposed of. */
export interface Registry extends AsyncDisposable {
  readonly url: string
  /** What npm needs in its environment to use it. */
  readonly env: Readonly<Record<string, string>>
}

/** How a registry is started. */
export interface RegistryOptions {
  readonly signal?: AbortSignal | undefined
}

/** Starts the registry with every package of this repository; they have to be built. */
export async function startRegistry(options: RegistryOptions = {}): Promise<Registry> {
  const cache = join(root, 'node_modules', '.cache', 'mb-registry')
  // What comes from elsewhere is kept between runs; what is ours belongs to this run alone.
  const ours = `ours-${randomBytes(6).toString('hex')}`
  await mkdir(join(cache, 'storage'), { recursive: true })
  await forgetStarters(join(cache, 'npm', '_npx'))
  const server = await serve(join(cache, 'storage'), ours)
  const url = addressOf(server)
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await rm(join(cache, 'storage', ours), { recursive: true, force: true })
  }
  try {
    await publishAll(url)
    options.signal?.throwIfAborted()
  } catch (error) {
    await close()
    throw error
  }
  return {
    url,
    env: {
      npm_config_registry: url,
      // Tarballs are found in it by their digest, so an older build of ours is never taken for a newer one.
      npm_config_cache: join(cache, 'npm'),
      // A lock file that names this registry is of no use once it is gone.
      npm_config_omit_lockfile_registry_resolved: 'true',
      npm_config_update_notifier: 'false',
      npm_config_audit: 'false',
      npm_config_fund: 'false',
    },
    [Symbol.asyncDispose]: close,
  }
}

// Longer than what is created by one takes, as another registry may be at it.
const mostMinutes = 10

/** npm keeps what `npm create` ran by its name alone, so that an older build of ours would be run again. */
async function forgetStarters(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names) {
    const path = join(folder, name)
    const { birthtimeMs } = await stat(path)
    if (Date.now() - birthtimeMs > mostMinutes * 60_000)
      await rm(path, { recursive: true, force: true })
  }
}

async function publishAll(url: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mb-pack-'))
  try {
    await Promise.all((await packAll(folder)).map((each) => publish(each, url)))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function serve(storage: string, ours: string): Promise<Server> {
  const anybody = { access: '$all', publish: '$all', unpublish: '$all' }
  const own = { ...anybody, storage: ours }
  const server: Server = await runServer({
    configPath: join(storage, '..', 'config.yaml'),
    storage,
    web: { enable: false },
    auth: {},
    uplinks: { user: await userRegistry() },
    packages: {
      '@mb/*': own,
      'create-mb-plugin': own,
      '**': { ...anybody, proxy: 'user' },
    },
    max_body_size: '50mb',
    log: { type: 'stdout', format: 'pretty', level: 'fatal' },
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(server))
  })
}

/** The registry that this machine is set to, with the certificates and the proxy that npm is told to use for it. */
async function userRegistry(): Promise<Record<string, string>> {
  const { stdout } = await runProgram(
    'npm',
    ['config', 'get', 'registry', 'cafile', 'https-proxy'],
    {
      cwd: root,
      env: process.env,
    },
  )
  const settings = new Map(
    stdout.split('\n').map((line) => {
      const [name = '', ...value] = line.split('=')
      return [name, value.join('=')]
    }),
  )
  const known = (name: string): string | undefined => {
    const value = settings.get(name)?.trim() ?? ''
    return value === '' || value === 'null' ? undefined : value
  }
  const ca = known('cafile')
  const proxy = known('https-proxy')
  return {
    url: known('registry') ?? '',
    timeout: '60s',
    maxage: '10m',
    ...(ca === undefined ? {} : { ca: await readFile(ca, 'utf8') }),
    ...(proxy === undefined ? {} : { https_proxy: proxy }),
  }
}

function addressOf(server: Server): string {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('Cannot listen on loopback')
  return `http://127.0.0.1:${address.port}/`
}

if (import.meta.main) {
  const [command, ...parameters] = process.argv.slice(process.argv.indexOf('--') + 1)
  if (command === undefined || !process.argv.includes('--')) {
    process.stderr.write('Usage: node tools/registry.ts -- command [argument …]\n')
    process.exitCode = 2
  } else {
    await using registry = await startRegistry()
    process.exitCode = await runStep(command, parameters, registry.env, process.cwd())
  }
}
