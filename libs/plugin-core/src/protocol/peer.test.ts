import { duplexPair, type Duplex } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { CallError, callErrorCodes } from './call-error.ts'
import { Peer, type PeerOptions, type RequestHandler } from './peer.ts'

const line = (message: object): string => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`

/** A peer, and the other end as bare bytes. */
function hostile(options: PeerOptions = {}): { readonly peer: Peer; readonly wire: Duplex } {
  const [near, wire] = duplexPair()
  wire.resume()
  return { peer: new Peer(near, options), wire }
}

function connected(left: PeerOptions, right: PeerOptions): readonly [Peer, Peer] {
  const [a, b] = duplexPair()
  return [new Peer(a, left), new Peer(b, right)]
}

const echo = new Map([['echo', (params: Readonly<Record<string, unknown>>) => params['value']]])

describe('Peer', () => {
  it('calls and answers, both ways at once', async () => {
    const [left, right] = connected({ requests: echo }, { requests: echo })
    const values = Array.from({ length: 300 }, (_, index) => index)
    const answers = await Promise.all(
      values.map((value) => (value % 2 === 0 ? left : right).call('echo', { value })),
    )
    expect(answers).toEqual(values)
  })

  it('answers $/ping, and null for nothing', async () => {
    const [left] = connected({}, { requests: new Map([['nothing', () => undefined]]) })
    expect(await left.call('$/ping', {})).toBe(null)
    expect(await left.call('nothing', {})).toBe(null)
  })

  it('hands over errors with their code and data', async () => {
    const requests = new Map<string, RequestHandler>([
      ['known', () => Promise.reject(new CallError(-32_003, 'too much', { max: 3 }))],
      ['other', () => Promise.reject(new Error('oops'))],
      ['big', () => Promise.resolve(10n)],
    ])
    const [left] = connected({}, { requests })
    await expect(left.call('known', {})).rejects.toMatchObject({
      code: -32_003,
      message: 'too much',
      data: { max: 3 },
    })
    await expect(left.call('other', {})).rejects.toMatchObject({
      code: callErrorCodes.internal,
      message: 'oops',
    })
    await expect(left.call('absent', {})).rejects.toMatchObject({
      code: callErrorCodes.methodNotFound,
      message: 'there is no method "absent"',
    })
    await expect(left.call('big', {})).rejects.toMatchObject({
      code: callErrorCodes.limit,
      message: 'the result cannot be sent: Do not know how to serialize a BigInt',
    })
  })

  it('gives up a call at its deadline, asks to stop, and takes the late answer', async () => {
    let isCancelled = false
    const late = Promise.withResolvers<string>()
    const requests = new Map<string, RequestHandler>([
      [
        'slow',
        (_, signal) => {
          signal.addEventListener('abort', () => (isCancelled = true))
          return late.promise
        },
      ],
      ...echo,
    ])
    const [left] = connected({}, { requests })
    await expect(left.call('slow', {}, { timeoutMs: 20 })).rejects.toMatchObject({
      kind: 'deadline',
      message: '"slow" was not answered within 20 ms',
    })
    await expect.poll(() => isCancelled).toBe(true)
    late.resolve('late')
    expect(await left.call('echo', { value: 1 })).toBe(1)
  })

  it('asks to stop when the signal aborts, and waits for the answer', async () => {
    const began = Promise.withResolvers<undefined>()
    const requests = new Map<string, RequestHandler>([
      [
        'wait',
        (_, signal) => {
          began.resolve(undefined)
          return new Promise((resolve) =>
            signal.addEventListener('abort', () => resolve('stopped')),
          )
        },
      ],
    ])
    const [left] = connected({}, { requests })
    const controller = new AbortController()
    const call = left.call('wait', {}, { signal: controller.signal })
    await began.promise
    controller.abort()
    expect(await call).toBe('stopped')
  })

  it.each([
    ['garbage', 'what is this\n', 'malformed'],
    ['a prototype', '{"jsonrpc":"2.0","method":"a","params":{"__proto__":1}}\n', 'malformed'],
    ['a huge line', 'x'.repeat(2000), 'too-long'],
    ['an answer to nobody', line({ id: 7, result: 1 }), 'unexpected'],
    ['one id twice', line({ id: 1, method: 'wait' }).repeat(2), 'unexpected'],
    ['many notifications', line({ method: 'note' }).repeat(101), 'flood'],
    ['many requests', [1, 2, 3, 4, 5].map((id) => line({ id, method: 'wait' })).join(''), 'flood'],
    [
      'large requests',
      [1, 2, 3].map((id) => line({ id, method: 'wait', params: { x: 'y'.repeat(900) } })).join(''),
      'flood',
    ],
  ])('ends with %s', async (_, bytes, kind) => {
    const { peer, wire } = hostile({
      requests: new Map([['wait', () => new Promise(() => {})]]),
      limits: { maxLineBytes: 1000, maxPending: 4, maxPendingBytes: 2000, burst: 100 },
    })
    const call = peer.call('anything', {})
    wire.write(bytes)
    await expect(call).rejects.toMatchObject({ kind })
    expect(await peer.closed).toMatchObject({ kind })
    expect(wire.destroyed || wire.readableEnded || !wire.readable).toBe(true)
    await expect(peer.call('anything', {})).rejects.toMatchObject({ kind })
  })

  it('control: takes as many notifications as are allowed', async () => {
    let heard = 0
    const notifications = new Map([['note', () => void (heard += 1)]])
    const { peer, wire } = hostile({ notifications, requests: echo, limits: { burst: 100 } })
    wire.write(line({ method: 'note' }).repeat(100))
    await expect.poll(() => heard).toBe(100)
    peer[Symbol.dispose]()
    expect(await peer.closed).toMatchObject({ kind: 'ended' })
  })

  it('slows requests down instead of ending them', async () => {
    const [left] = connected({}, { requests: echo, limits: { burst: 10, messagesPerSecond: 200 } })
    const before = performance.now()
    await Promise.all(Array.from({ length: 50 }, () => left.call('echo', { value: 1 })))
    // 40 beyond the burst, at 200 a second
    expect(performance.now() - before).toBeGreaterThan(190)
  })

  it('tells an end within a message from an end', async () => {
    const half = hostile()
    half.wire.end('{"jsonrpc"')
    expect((await half.peer.closed).message).toBe('it ended within a message')
    const whole = hostile()
    whole.wire.end()
    expect((await whole.peer.closed).message).toBe('it ended')
  })

  it('ends with one that does not read', async () => {
    const [near, far] = duplexPair()
    const peer = new Peer(near, { limits: { maxUnsentBytes: 100_000 } })
    far.pause()
    for (let count = 0; count < 40; count += 1) peer.notify('note', { text: 'x'.repeat(10_000) })
    expect(await peer.closed).toMatchObject({ kind: 'stalled' })
  })
})
