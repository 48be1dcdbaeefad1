import type { EventEmitter } from 'node:events'

/** What a request came by. */
export interface Exchange {
  readonly incoming: { readonly socket: object }
  readonly outgoing: Pick<EventEmitter, 'once'>
}

type Answer<Env> = (request: Request, env: Env) => Response | Promise<Response>

/**
 * Has an answer made once the one before it on the same connection is sent. HTTP lets a client ask on without reading:
 * the answers to a few kilobytes of questions would fill the memory.
 */
export function answerInTurn<Env extends Exchange>(answer: Answer<Env>): Answer<Env> {
  const turns = new WeakMap<object, Promise<void>>()
  return async (request, env) => {
    const { socket } = env.incoming
    const before = turns.get(socket)
    const { promise: sent, resolve } = Promise.withResolvers<void>()
    env.outgoing.once('close', resolve)
    turns.set(socket, sent)
    await before
    return answer(request, env)
  }
}
