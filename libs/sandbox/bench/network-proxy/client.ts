import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectByTls } from 'node:tls'

/** What the client is to do, once. */
export interface Task {
  /** Bytes on a new connection; round trips on one that is kept; or new connections, each with a round trip. */
  readonly kind: 'download' | 'talk' | 'dial'
  readonly amount: number
  readonly port: number
  readonly isSecure: boolean
  readonly proxyPort?: number
}

const kept = new Map<string, Socket>()

async function perform(task: Task): Promise<void> {
  if (task.kind === 'download') return download(await dial(task), task.amount)
  if (task.kind === 'talk') {
    const name = `${task.port} ${task.proxyPort ?? ''}`
    const socket = kept.get(name) ?? (await dial(task))
    kept.set(name, socket)
    for (let count = 0; count < task.amount; count++) await roundTrip(socket)
    return
  }
  for (let count = 0; count < task.amount; count++) {
    const socket = await dial(task)
    await roundTrip(socket)
    socket.destroy()
  }
}

async function dial({ port, isSecure, proxyPort }: Task): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: proxyPort ?? port, noDelay: true })
  await once(socket, 'connect')
  if (proxyPort !== undefined) {
    socket.write(`CONNECT localhost:${port} HTTP/1.1\r\n\r\n`)
    const [answer]: readonly unknown[] = await once(socket, 'data')
    if (!String(answer).startsWith('HTTP/1.1 200 ')) throw new Error(String(answer))
  }
  if (!isSecure) return socket
  // The certificate was made a moment ago; who it is for is not what is measured.
  const secure = connectByTls({ socket, rejectUnauthorized: false })
  await once(secure, 'secureConnect')
  return secure
}

async function roundTrip(socket: Socket): Promise<void> {
  socket.write('.')
  await once(socket, 'data')
}

async function download(socket: Socket, wanted: number): Promise<void> {
  let got = 0
  socket.on('data', (chunk) => {
    got += chunk.length
  })
  socket.write(String(wanted))
  await once(socket, 'end')
  socket.destroy()
  if (got !== wanted) throw new Error(`Cannot measure: ${got} bytes of ${wanted} have come`)
}

process.on('message', (task: Task) => {
  void perform(task).then(() => process.send?.('done'))
})
