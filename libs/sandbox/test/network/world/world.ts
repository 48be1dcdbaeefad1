import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { LenientProxy } from './lenient-proxy.ts'
import { NameServer } from './name-server.ts'
import { Sink } from './sink.ts'

/**
 * Addresses that somebody answers at in the network namespace of the tests, who counts what comes; no packet leaves the machine. A
 * proxy that is not told so takes those as on the internet for what they look like.
 */
export const addresses = {
  /** As on the internet: of the host that policies name, and of one that they do not. */
  allowed: '93.184.216.34',
  forbidden: '93.184.216.35',
  allowed6: '2606:2800:220:1::34',
  forbidden6: '2606:2800:220:1::35',
  /** As on the internet, and this machine's own. */
  own: '93.184.217.9',
  metadata: '169.254.169.254',
  metadata6: 'fd00:ec2::254',
  otherMetadata: '100.100.100.200',
  linkLocal: '169.254.7.7',
  linkLocal6: 'fe80::7',
  privates: ['10.0.0.1', '172.16.0.1', '192.168.0.1'],
  unique6: 'fd12:3456::1',
  /** Addresses of version 6 that hold 127.0.0.1: by NAT64, 6to4, and as compatible. */
  embedding: ['64:ff9b::7f00:1', '2002:7f00:1::1', '::7f00:1'],
} as const

/** One attempt's own listeners: all of its connections are counted there, and none of another's. */
export interface World extends AsyncDisposable {
  /** Listens on the port that policies name. */
  readonly sink: Sink
  /** Listens on another. */
  readonly other: Sink
  readonly names: NameServer
  /** A proxy that lets everything through. */
  readonly openProxy: LenientProxy
  /** The proxy of a company, which does what it is asked. */
  readonly company: LenientProxy
  /** Looks a name up at the server of names. */
  readonly resolve: (name: string) => Promise<readonly string[]>
  /** A unix socket without a path, which answers whoever comes. */
  readonly abstract: string
}

/** Opens listeners for one attempt, and names for them. */
export async function openWorld(): Promise<World> {
  await using opened = new AsyncDisposableStack()
  const sink = opened.use(await Sink.open())
  const other = opened.use(await Sink.open())
  const names = opened.use(await NameServer.open())
  names.set('allowed.test', addresses.allowed)
  names.set('forbidden.test', addresses.forbidden)
  const resolve = resolveBy(names.port)
  const openProxy = opened.use(await LenientProxy.open({ resolve }))
  const company = opened.use(await LenientProxy.open({ resolve }))
  const abstract = `mb-network-${process.pid}-${sink.port}`
  const server = createServer((socket) => socket.on('error', () => {}).end('hello'))
  opened.defer(() => void server.close())
  server.listen(`\0${abstract}`)
  await once(server, 'listening')
  const resources = opened.move()
  return {
    abstract,
    sink,
    other,
    names,
    openProxy,
    company,
    resolve,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

function resolveBy(port: number): (name: string) => Promise<readonly string[]> {
  return async (name) => {
    const resolver = new Resolver({ timeout: 2000, tries: 2 })
    resolver.setServers([`127.0.0.1:${port}`])
    const found = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
    return found.flatMap((each) => (each.status === 'fulfilled' ? each.value : []))
  }
}
