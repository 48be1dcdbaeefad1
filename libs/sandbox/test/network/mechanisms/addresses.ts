import { everything, reachedPrivate, type NetworkMechanism } from '../network-mechanism.ts'
import { get, say, tunnel } from '../programs.ts'
import { addresses } from '../world/world.ts'

/** Addresses that are not of the internet, in every notation, although the policy names all of the internet. */
export function listAddresses(): readonly NetworkMechanism[] {
  return [
    ...notation('loopback', ['127.0.0.1', '127.9.9.9', 'LOCALHOST']),
    ...notation('loopback in one number', ['2130706433', '017700000001', '0x7f000001']),
    ...notation('loopback in octal', ['0177.0.0.1', '0177.0.0.01', '00000177.0.0.1']),
    ...notation('loopback in hexadecimal', ['0x7f.0.0.1', '0x7f.0x0.0x0.0x1', '0X7F.1']),
    ...notation('loopback in short', ['127.1', '127.0.1']),
    ...notation('loopback in wide digits', ['１２７.0.0.1', '127。0。0。1', '①②⑦.0.0.1']),
    ...notation('loopback of version 6', ['[::1]', '[0:0:0:0:0:0:0:1]', '[0000::0001]']),
    ...notation('loopback mapped into version 6', [
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[0:0:0:0:0:FFFF:7F00:0001]',
    ]),
    ...notation(
      'loopback embedded in version 6',
      addresses.embedding.map((address) => `[${address}]`),
    ),
    ...notation('no address at all', ['0.0.0.0', '[::]', '0', '[::ffff:0.0.0.0]']),
    ...notation('addresses of private networks', addresses.privates),
    ...notation('addresses of private networks, version 6', [`[${addresses.unique6}]`]),
    ...notation('the metadata of a cloud', [
      addresses.metadata,
      '2852039166',
      '0xa9fea9fe',
      '0251.0376.0251.0376',
      '169.254.43518',
      '[::ffff:a9fe:a9fe]',
    ]),
    ...notation('the metadata of other clouds', [
      `[${addresses.metadata6}]`,
      addresses.otherMetadata,
    ]),
    ...notation('link-local addresses', [addresses.linkLocal]),
    // URLs have no zones, tunnels do.
    zone('link-local addresses with a zone', [
      `[${addresses.linkLocal6}%lo]`,
      `[${addresses.linkLocal6}%1]`,
    ]),
    zone('loopback of version 6 without brackets', ['::1', '::ffff:127.0.0.1']),
    zone('an address behind another authority', [
      'allowed.test@127.0.0.1',
      'allowed.test:80@127.0.0.1',
      'allowed.test#@127.0.0.1',
    ]),
  ]
}

/** By a URL and, as another form, by a tunnel. */
function notation(name: string, hosts: readonly string[]): readonly NetworkMechanism[] {
  const title = `ask for ${name}`
  return [
    {
      name: title,
      prepare: (world) => {
        const { port } = world.sink
        const requests = hosts.map((host) => get(`http://${host}:${port}/`, `${host}:${port}`))
        return {
          command: say(world, ...requests),
          grants: everything(world),
          worked: reachedPrivate,
        }
      },
    },
    { ...zone(`${title}, in a tunnel`, hosts), variantOf: title },
  ]
}

function zone(name: string, hosts: readonly string[]): NetworkMechanism {
  return {
    name: name.startsWith('ask') ? name : `ask for ${name}`,
    prepare: (world) => ({
      command: say(world, ...hosts.map((host) => tunnel(`${host}:${world.sink.port}`))),
      grants: everything(world),
      worked: reachedPrivate,
    }),
  }
}
