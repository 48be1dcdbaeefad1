import type { Readable, Writable } from 'node:stream'

/**
 * Carries a body as pipe() does, but all that has come at one time in one piece: each piece costs this host some hundred bytes of
 * memory until it has gone on, so that a body of pieces of one byte would take megabytes for each connection that is not read.
 */
export function carryBody(from: Readable, to: Writable, count: (bytes: number) => void): void {
  const take = (): void => {
    while (!to.destroyed && !to.writableNeedDrain) {
      const piece: unknown = from.read()
      if (!Buffer.isBuffer(piece)) return
      count(piece.length)
      to.write(piece)
    }
  }
  // Whoever wants the rest may read it.
  const stop = (): void => {
    from.off('readable', take)
    to.off('drain', take)
  }
  from.on('readable', take)
  to.on('drain', take)
  from.once('end', () => to.end())
  to.once('error', stop)
  to.once('close', stop)
}
