import type { ChildProcess } from 'node:child_process'
import { Socket } from 'node:net'

/** Bytes of both outputs that have come to the host. What the program writes to the person's own streams passes it by. */
export function readOutput({ stdout, stderr }: ChildProcess): number {
  return [stdout, stderr].reduce(
    (sum, stream) => (stream instanceof Socket ? sum + stream.bytesRead : sum),
    0,
  )
}
