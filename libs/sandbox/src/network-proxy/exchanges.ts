import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { tellFailure, tellRefusal, type Answer } from './answer.ts'
import { connectToAny } from './connect.ts'
import type { DecisionLog, Refusal } from './decision-log.ts'
import { Exchange } from './exchange.ts'
import type { Asked, EndReason } from './network-decision.ts'
import type { FullNetworkLimits } from './network-limits.ts'
import type { Receiver } from './receiver.ts'
import { findRoute, type RouteParts } from './route.ts'
import type { Target } from './target.ts'
import { untilClosed } from './until-closed.ts'
import { UpstreamRefusal, type Upstream } from './upstream.ts'

/** How one of the two kinds of requests is carried out. */
export interface Carrier {
  /** A tunnel sees to its end by itself: what a program has said last goes on when it is gone. */
  readonly kind: 'request' | 'tunnel'
  /** The connection of the program. */
  readonly client: Duplex
  /** Reads what a host sends that is connected to directly; else the connection is a stream. */
  readonly receiver?: Receiver
  /** Connects through an upstream proxy. */
  throughUpstream(upstream: Upstream, target: Target, signal: AbortSignal): Promise<Socket>
  /** Carries what there is to carry, until the exchange is over; false where it has come to nothing. */
  carry(socket: Socket, exchange: Exchange, upstream: Upstream | undefined): Promise<boolean>
  /** Tells the program why there is nothing to carry. */
  answer(answer: Answer): Promise<void>
}

/** What exchanges are decided by. */
export interface ExchangeParts extends RouteParts {
  readonly limits: FullNetworkLimits
  readonly log: DecisionLog
}

// A program that only asks for what it may not is answered slowly after a while: each answer costs its host some of its time.
const promptRefusals = 1000
const slowMs = 1000

/** Decides on each request, and sees to what is allowed until it is over. */
export class Exchanges {
  readonly #parts: ExchangeParts
  readonly #running = new Set<Exchange>()
  readonly #runs = new Set<Promise<void>>()
  readonly #sockets = new Set<Socket>()
  readonly #closing = new AbortController()
  #refused = 0

  constructor(parts: ExchangeParts) {
    this.#parts = parts
  }

  /** Decides, connects and carries. Never throws. */
  async run(asked: Asked, target: Target, carrier: Carrier): Promise<void> {
    const run = this.#run(asked, target, carrier)
    this.#runs.add(run)
    await run
    this.#runs.delete(run)
  }

  /** Refuses what was asked for. */
  async refuse(
    asked: Asked,
    refusal: Refusal,
    { target, carrier }: { readonly target?: Target; readonly carrier: Pick<Carrier, 'answer'> },
  ): Promise<void> {
    this.#parts.log.refused(asked, refusal)
    this.#refused += 1
    const { signal } = this.#closing
    if (this.#refused > promptRefusals)
      await delay(slowMs, undefined, { signal, ref: false }).catch(() => undefined)
    await carrier.answer(tellRefusal(refusal, target))
  }

  /** Ends all of them, and waits until their connections are closed; those of the program have to be closed meanwhile. */
  async close(): Promise<void> {
    this.#closing.abort()
    for (const exchange of this.#running) exchange.end('closed')
    for (const socket of this.#sockets) socket.destroy()
    await Promise.all([...this.#sockets].map(untilClosed))
    await Promise.all(this.#runs)
  }

  async #run(asked: Asked, target: Target, carrier: Carrier): Promise<void> {
    const { log, limits } = this.#parts
    const exchange = this.#begin(limits)
    const end = (): void => exchange.end('closed')
    carrier.client.once('close', end)
    const route = await findRoute(target, this.#parts, exchange.signal)
    if (route.status === 'refused') {
      carrier.client.off('close', end)
      exchange.end('closed')
      return this.refuse(asked, route.refusal, { target, carrier })
    }
    log.allowed(asked, route.status === 'direct' ? route.addresses[0] : undefined)
    void exchange.ended.then((ending) => log.ended(asked, ending))
    try {
      if (route.status === 'failed') throw new RouteFailure(route.reason)
      const upstream = route.status === 'upstream' ? route.upstream : undefined
      const socket = await (route.status === 'upstream'
        ? carrier.throughUpstream(route.upstream, target, exchange.signal)
        : connectToAny(
            { ...route, port: target.port },
            {
              signal: exchange.signal,
              receiver: carrier.receiver,
            },
          ))
      this.#own(socket, exchange)
      exchange.connected(upstream === undefined ? socket.remoteAddress : undefined)
      if (carrier.kind === 'tunnel') carrier.client.off('close', end)
      if (await carrier.carry(socket, exchange, upstream)) return exchange.end('closed')
      exchange.end('broken')
    } catch (error) {
      exchange.end(reasonOf(error))
    } finally {
      // A connection outlives its requests.
      carrier.client.off('close', end)
    }
    const { reason } = await exchange.ended
    await carrier.answer(tellFailure(reason, target))
  }

  #begin(limits: FullNetworkLimits): Exchange {
    const exchange = new Exchange(limits)
    this.#running.add(exchange)
    void exchange.ended.then(() => this.#running.delete(exchange))
    if (this.#closing.signal.aborted) exchange.end('closed')
    return exchange
  }

  #own(socket: Socket, { signal }: Exchange): void {
    this.#sockets.add(socket)
    signal.addEventListener('abort', () => socket.destroy(), { once: true })
    socket.on('error', () => undefined)
    socket.once('close', () => this.#sockets.delete(socket))
    if (signal.aborted) socket.destroy()
  }
}

class RouteFailure extends Error {
  readonly reason: EndReason

  constructor(reason: EndReason) {
    super(reason)
    this.reason = reason
  }
}

function reasonOf(error: unknown): EndReason {
  if (error instanceof RouteFailure) return error.reason
  return error instanceof UpstreamRefusal ? 'upstream' : 'unreachable'
}
