import { isHostPattern } from '../policy/network.ts'

/**
 * The host that a message asks the addresses of, where the whole of it is a question as RFC 1035, section 4.1, has it, with no
 * answer in it.
 */
export function readQuestion(message: Buffer): string | undefined {
  if (message.length < headerBytes + 5 || message.length > mostBytes) return undefined
  const [flags, questions, answers, authorities] = [2, 4, 6, 8].map((at) =>
    message.readUInt16BE(at),
  )
  const isQuery = ((flags ?? 0) & 0xf800) === 0
  if (!isQuery || questions !== 1 || answers !== 0 || authorities !== 0) return undefined
  const labels: string[] = []
  let at = headerBytes
  for (let length = message[at] ?? 0; length !== 0; length = message[at] ?? 0) {
    if (length > 63 || at + 1 + length >= message.length) return undefined
    labels.push(message.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  if (at + 5 > message.length || !asked.has(message.readUInt16BE(at + 1))) return undefined
  const host = labels.join('.').toLowerCase()
  return labels.length > 0 && host !== '*' && isHostPattern(host) ? host : undefined
}

const headerBytes = 12
// Names have 255 bytes, and one record of EDNS may follow.
const mostBytes = 512
// A, AAAA, and HTTPS (RFC 9460)
const asked = new Set([1, 28, 65])
