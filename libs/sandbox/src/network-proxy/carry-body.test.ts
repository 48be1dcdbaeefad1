import { once } from 'node:events'
import { PassThrough, Writable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { carryBody } from './carry-body.ts'

/** Keeps each piece that is written, and goes on when it is told to. */
class Slow extends Writable {
  readonly pieces: string[] = []
  #goOn: () => void = () => undefined

  override _write(piece: Buffer, _encoding: string, done: () => void): void {
    this.pieces.push(piece.toString())
    this.#goOn = done
  }

  goOn(): void {
    this.#goOn()
  }
}

describe('carryBody()', () => {
  it('hands on in one piece what has come in many, and counts it', async () => {
    const from = new PassThrough()
    const to = new Slow()
    let counted = 0
    carryBody(from, to, (bytes) => (counted += bytes))
    for (let index = 0; index < 1000; index += 1) from.write('x')
    await turn()
    expect([to.pieces, counted]).toEqual([['x'.repeat(1000)], 1000])
  })

  it('reads no more than the other side takes', async () => {
    const from = new PassThrough()
    const to = new Slow({ highWaterMark: 10 })
    carryBody(from, to, () => undefined)
    from.write('a'.repeat(10))
    await turn()
    from.write('b')
    from.end('c')
    await turn()
    expect([to.pieces, from.readableLength]).toEqual([['a'.repeat(10)], 2])
    to.goOn()
    await turn()
    expect([to.pieces, to.writableEnded]).toEqual([['a'.repeat(10), 'bc'], true])
  })

  it('leaves the rest to others when the other side is gone', async () => {
    const from = new PassThrough()
    const to = new Slow()
    carryBody(from, to, () => undefined)
    from.write('lost')
    await turn()
    to.destroy()
    await once(to, 'close')
    from.end('rest')
    expect(await from.toArray()).toEqual([Buffer.from('rest')])
  })
})
