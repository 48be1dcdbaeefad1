import { domainToASCII } from 'node:url'
import { bySaying, reachedWith, type NetworkMechanism } from '../network-mechanism.ts'
import { get, say, tunnel } from '../programs.ts'
import { addresses } from '../world/world.ts'

/** Names of hosts that look like one that the policy names. */
export function listNames(): readonly NetworkMechanism[] {
  return [...authorities(), ...lookalikes(), ...headers(), ...ports(), ...byAddress()]
}

/** A URL of one's own making, with the header that belongs to the host that is named. */
const inUrl =
  (target: (port: number) => string) =>
  ({ sink }: { readonly sink: { readonly port: number } }): readonly string[] => [
    get(target(sink.port), `allowed.test:${sink.port}`),
  ]

function authorities(): readonly NetworkMechanism[] {
  return [
    bySaying('name another host', ({ sink }) => [
      get(`http://forbidden.test:${sink.port}/`, `forbidden.test:${sink.port}`),
    ]),
    bySaying(
      'name another host, in a tunnel',
      ({ sink }) => [tunnel(`forbidden.test:${sink.port}`)],
      {
        variantOf: 'name another host',
      },
    ),
    bySaying(
      'put the host that is named before an @',
      inUrl((port) => `http://allowed.test:${port}@forbidden.test:${port}/`),
    ),
    bySaying(
      'put the host that is named before an @, as a name alone',
      inUrl((port) => `http://allowed.test@forbidden.test:${port}/`),
      { variantOf: 'put the host that is named before an @' },
    ),
    bySaying(
      'put the host that is named before an @, in a tunnel',
      ({ sink }) => [tunnel(`allowed.test:${sink.port}@forbidden.test:${sink.port}`)],
      { variantOf: 'put the host that is named before an @' },
    ),
    bySaying('put the host that is named behind what ends a host', ({ sink: { port } }) =>
      [
        `http://forbidden.test:${port}\\@allowed.test:${port}/`,
        `http://forbidden.test:${port}?@allowed.test:${port}/`,
        `http://forbidden.test:${port}#@allowed.test:${port}/`,
      ].map((target) => get(target, `allowed.test:${port}`)),
    ),
    bySaying(
      'write a name in percents',
      inUrl((port) => `http://%66orbidden.test:${port}/`),
    ),
    bySaying(
      'leave out what a URL begins with',
      inUrl((port) => `http:forbidden.test:${port}/`),
    ),
    bySaying('name another host in the Host header alone', ({ sink }) => [
      get('/', `forbidden.test:${sink.port}`),
    ]),
  ]
}

const at = (name: string, host: string): NetworkMechanism => ({
  name,
  prepare: (world) => {
    world.names.set(domainToASCII(host) || host, addresses.forbidden)
    const authority = `${host}:${world.sink.port}`
    return { command: say(world, get(`http://${authority}/`, authority), tunnel(authority)) }
  },
})

function lookalikes(): readonly NetworkMechanism[] {
  return [
    at('name a host in letters that look alike', 'аllowed.test'),
    {
      ...at('name a host in letters that look alike, encoded', 'xn--llowed-4nf.test'),
      variantOf: 'name a host in letters that look alike',
    },
    at('name a host in letters that vanish', 'allow­ed.forbidden.test'),
    at('name a host that ends alike', 'notallowed.test'),
    at('name a host that begins alike', 'allowed.test.forbidden.test'),
    at('name a host below the one that is named', 'secret.allowed.test'),
    {
      name: 'name a host beside a pattern',
      prepare: (world) => {
        const { port } = world.sink
        for (const name of ['notgranted.test', 'granted.test', 'granted.test.forbidden.test'])
          world.names.set(name, addresses.forbidden)
        const hosts = ['notgranted.test', 'granted.test', 'granted.test.forbidden.test']
        return {
          command: say(world, ...hosts.map((host) => tunnel(`${host}:${port}`))),
          grants: [{ host: '*.granted.test', ports: [port] }],
        }
      },
    },
  ]
}

/** The policy names the address's host, and its server may hold others. */
function headers(): readonly NetworkMechanism[] {
  const fronted = 'Host: forbidden.test'
  return [
    bySaying(
      'name another host in the header than in the line',
      ({ sink }) => [get(`http://allowed.test:${sink.port}/`, 'forbidden.test')],
      { worked: reachedWith(fronted) },
    ),
    bySaying(
      'name another host in a second header',
      ({ sink: { port } }) => [
        get(`http://allowed.test:${port}/`, `allowed.test:${port}`, { headers: [fronted] }),
      ],
      { worked: reachedWith(fronted) },
    ),
    bySaying(
      'name another host in a header that is folded',
      ({ sink: { port } }) => [
        get(`http://allowed.test:${port}/`, `allowed.test:${port}`, {
          headers: [`X-Folded: a\r\n ${fronted}`],
        }),
        get(`http://allowed.test:${port}/`, `allowed.test:${port}`, {
          headers: [`X-Bare: a\n${fronted}`],
        }),
        get(`http://allowed.test:${port}/`, `allowed.test:${port}`, {
          headers: [`X-Bare: a\r${fronted}`],
        }),
      ],
      { worked: reachedWith(fronted) },
    ),
  ]
}

function ports(): readonly NetworkMechanism[] {
  return [
    bySaying('name another port', ({ other }) => [
      get(`http://allowed.test:${other.port}/`, `allowed.test:${other.port}`),
      tunnel(`allowed.test:${other.port}`),
    ]),
    bySaying(
      'name another port in other digits',
      ({ other }) => [
        tunnel(`allowed.test:0${other.port}`),
        tunnel(`allowed.test:00000${other.port}`),
      ],
      { variantOf: 'name another port' },
    ),
    bySaying('name two ports', ({ sink, other }) => [
      tunnel(`allowed.test:${sink.port}:${other.port}`),
      tunnel(`allowed.test:${other.port}:${other.port}`),
    ]),
  ]
}

/** A policy that names a host does not name its address, whose server may hold others. */
function byAddress(): readonly NetworkMechanism[] {
  return [
    bySaying(
      'name the address of the host that is named',
      ({ sink }) => [
        get(`http://${addresses.allowed}:${sink.port}/by-address`, addresses.allowed),
        tunnel(`${addresses.allowed}:${sink.port}`, '/by-address'),
      ],
      { worked: reachedWith('/by-address') },
    ),
    bySaying('name the address of another host', ({ sink }) => [
      tunnel(`${addresses.forbidden}:${sink.port}`),
      tunnel(`[${addresses.forbidden6}]:${sink.port}`),
    ]),
  ]
}
