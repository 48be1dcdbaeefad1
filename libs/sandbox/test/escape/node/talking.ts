import { mechanism, node, type Mechanism, type Targets } from '../mechanism.ts'

export function talking({ tcpPort, hiddenSocket }: Targets): readonly Mechanism[] {
  return [
    mechanism(
      'fetch from the host',
      'network',
      node(
        `await fetch('http://127.0.0.1:' + args[0]).catch((error) => { if (['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(error.cause?.code)) process.exit(0); process.exit(1) }); process.exit(0)`,
        tcpPort,
      ),
    ),
    mechanism(
      'connect by a path in Node',
      'filesystem',
      node(
        `const net = await import('node:net'); net.connect(args[0]).on('connect', () => process.exit(0)).on('error', denied)`,
        hiddenSocket,
      ),
    ),
    mechanism(
      'open itself to debuggers of the host',
      'network',
      node(
        `const inspector = await import('node:inspector'); process.stderr.write = () => true; inspector.open(0); const { port } = new URL(inspector.url()); console.log('port ' + port); setTimeout(() => process.exit(1), 1500)`,
      ),
      { connected: true },
    ),
    mechanism(
      'serve to the host in Node',
      'network',
      node(
        `const net = await import('node:net'); const server = net.createServer(() => process.exit(0)).listen(0, '127.0.0.1', () => console.log('port ' + server.address().port)); setTimeout(() => process.exit(1), 1500)`,
      ),
    ),
    mechanism(
      'listen at an abstract name in Node',
      'seccomp',
      node(
        `const net = await import('node:net'); net.createServer().listen('\\0mb-attack-' + process.pid, () => process.exit(0))`,
      ),
    ),
  ]
}
