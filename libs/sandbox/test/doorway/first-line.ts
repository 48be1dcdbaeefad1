import type { Readable } from 'node:stream'

/** The first line that a stream gives; what comes after it is not read. */
export async function firstLine(stream: Readable | null): Promise<string> {
  let text = ''
  for await (const chunk of stream ?? []) {
    text += String(chunk)
    if (text.includes('\n')) break
  }
  return text.split('\n')[0] ?? ''
}
