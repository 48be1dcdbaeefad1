import { everything, reachedPrivate, type NetworkMechanism } from '../network-mechanism.ts'
import { nodeOnline } from '../programs.ts'
import { sayHello } from '../world/sink.ts'
import { addresses, type World } from '../world/world.ts'

/** A host that the policy names sends its visitors on: by curl, and by Node's fetch. */
export function listRedirects(): readonly NetworkMechanism[] {
  const { metadata, metadata6, linkLocal, privates } = addresses
  return [
    ...redirect('loopback', '127.0.0.1'),
    ...redirect('loopback in one number', '2130706433', 'loopback'),
    ...redirect('metadata', metadata),
    ...redirect('metadata, version 6', `[${metadata6}]`, 'metadata'),
    ...redirect('a link-local address', linkLocal),
    ...redirect('a private network', privates[0]),
    ...redirect('a name of loopback', 'leading.test', 'loopback'),
    {
      name: 'be redirected to another port',
      prepare: (world) => {
        redirectTo(world, `http://allowed.test:${world.other.port}/`)
        return { command: byCurl(world) }
      },
    },
  ]
}

function redirect(where: string, host: string, variantOf?: string): readonly NetworkMechanism[] {
  const name = `be redirected to ${where}`
  const prepare =
    (client: (world: World) => readonly string[]): NetworkMechanism['prepare'] =>
    (world) => {
      world.names.set('leading.test', '127.0.0.1')
      redirectTo(world, `http://${host}:${world.sink.port}/`)
      return { command: client(world), grants: everything(world), worked: reachedPrivate }
    }
  const first = variantOf === undefined ? undefined : `be redirected to ${variantOf}`
  return [
    { name, variantOf: first, prepare: prepare(byCurl) },
    { name: `${name}, in Node`, variantOf: first ?? name, prepare: prepare(byFetch) },
  ]
}

function redirectTo({ sink }: World, location: string): void {
  sink.answer = (head, socket) => {
    if (head.includes(' /redirect'))
      socket.end(
        `HTTP/1.1 307 Temporary Redirect\r\nLocation: ${location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
      )
    else sayHello(head, socket)
  }
}

const byCurl = ({ sink }: World): readonly string[] => [
  '/bin/sh',
  '-c',
  'curl -sf --max-time 30 "$0/alive" >/dev/null || exit 96; curl -sSL --max-time 30 "$0/redirect" >&2; exit 1',
  `http://allowed.test:${sink.port}`,
]

function byFetch(world: World): readonly string[] {
  return nodeOnline(
    world,
    `const alive = await fetch('http://allowed.test:' + port + '/alive')
    if (!alive.ok) process.exit(96)
    await (await fetch('http://allowed.test:' + port + '/redirect')).text()`,
  )
}
