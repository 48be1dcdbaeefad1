import type { ChildProcess } from 'node:child_process'
import { Socket } from 'node:net'

/** Bytes of both outputs that have come to the host. What the program writes to the person's own streams passes it by. */
export function readOutput({ stdout, stderr }: ChildProcess): number {
  return [stdout, stderr].reduce(
    (sum, stream) => (stream instanceof Socket ? sum + stream.bytesRead : sum),
    0,
  )
}

/** Calls back as output comes. A listener would set the stream going, or have it go on when another one leaves. */
export function followOutput({ stdout, stderr }: ChildProcess, look: () => void): void {
  for (const stream of [stdout, stderr]) {
    if (stream === null) continue
    const push = stream.push.bind(stream)
    stream.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
      look()
      return push(chunk, encoding)
    }
  }
}
