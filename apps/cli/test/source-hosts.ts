import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { portOf } from './served-host.ts'

/** A host outside, and how it is reached. */
export interface SourceHost extends AsyncDisposable {
  /** The variables of whoever reaches it. */
  readonly env: NodeJS.ProcessEnv
  /** What was asked for. */
  readonly asked: readonly string[]
}

/** Writes a plugin into a folder, and packs it as npm does; the archive. */
export async function packPlugin(folder: string, version = '1.0.0'): Promise<Buffer> {
  const files: Readonly<Record<string, string>> = {
    'plugin.yaml': `name: notes\nversion: ${version}\ndescription: Takes notes\nauthor: Ada\nlicense: MIT\nentry: index.mjs\ncommands: [{ name: notes, summary: Takes a note }]\n`,
    'index.mjs': `export default { commands: { notes: () => 'notes ${version}' } }\n`,
    'package.json': JSON.stringify({
      name: '@acme/notes',
      version,
    }),
  }
  const inside = join(folder, 'package')
  await mkdir(inside, { recursive: true })
  for (const [name, content] of Object.entries(files)) await writeFile(join(inside, name), content)
  await promisify(execFile)('tar', ['-C', folder, '-czf', join(folder, 'notes.tgz'), 'package'])
  return await readFile(join(folder, 'notes.tgz'))
}

/** A registry of npm on loopback, with one package. */
export async function openRegistry(folder: string): Promise<SourceHost> {
  const bytes = await packPlugin(join(folder, 'published'))
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`
  const asked: string[] = []
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '')
    asked.push(path)
    const dist = { tarball: `http://127.0.0.1:${portOf(server)}/notes.tgz`, integrity }
    const version = { name: '@acme/notes', version: '1.0.0', dist }
    const about = { name: '@acme/notes', versions: { '1.0.0': version } }
    if (path === '/notes.tgz') response.end(bytes)
    else if (path === '/@acme/notes')
      response.end(JSON.stringify({ ...about, 'dist-tags': { latest: '1.0.0' } }))
    else response.writeHead(404).end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    asked,
    env: {
      npm_config_registry: `http://127.0.0.1:${portOf(server)}/`,
      npm_config_cache: join(folder, 'npm-cache'),
    },
    [Symbol.asyncDispose]: () => close(server, new Set()),
  }
}

/** The host `plugins.example`, reached through the proxy of a company. */
export async function openBehindProxy(
  folder: string,
  answer: (path: string) => Buffer | { readonly location: string },
): Promise<SourceHost> {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const about = ['-subj', '/CN=Host of a test', '-addext', 'subjectAltName=DNS:plugins.example']
  execFileSync('openssl', ['req', '-x509', ...newKey, ...about, '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  })
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const host = createTlsServer(
    { key: await readFile(key), cert: await readFile(cert) },
    (request, response) => {
      const path = request.url ?? ''
      asked.push(path)
      const given = answer(path)
      if (Buffer.isBuffer(given)) response.end(given)
      else response.writeHead(302, given).end()
    },
  )
  const proxy = createServer().on('connect', (_request, socket: Socket) => {
    const onward = connect({ host: '127.0.0.1', port: portOf(host) })
    for (const each of [onward, socket]) sockets.add(each.on('error', () => {}))
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    onward.pipe(socket).pipe(onward)
  })
  for (const server of [host, proxy]) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  }
  return {
    asked,
    env: { HTTPS_PROXY: `http://127.0.0.1:${portOf(proxy)}`, NODE_EXTRA_CA_CERTS: cert },
    async [Symbol.asyncDispose]() {
      await close(proxy, sockets)
      await close(host, sockets)
    },
  }
}

async function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy()
  server.closeAllConnections()
  server.close()
  if (server.listening) await once(server, 'close')
}
