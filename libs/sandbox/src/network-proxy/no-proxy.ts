import { addressBytes, canonicalAddress, isWithin } from '@mb/kernel'
import { parseHost, type Target } from './target.ts'

type Exception = (target: Target) => boolean

/**
 * Hosts that are reached without a proxy, as the variable `NO_PROXY` has them: `*`; a name, with or without a dot or `*.` before it, for
 * itself and all below; an address, or a range of them; each with `:port` behind it, or for every port. What is none of these is passed over.
 */
export class NoProxy {
  readonly #exceptions: readonly Exception[]

  constructor(entries: readonly string[]) {
    this.#exceptions = entries.flatMap((entry) => parseException(entry.trim()) ?? [])
  }

  has(target: Target): boolean {
    return this.#exceptions.some((holds) => holds(target))
  }
}

function parseException(entry: string): Exception | undefined {
  if (entry === '*') return () => true
  const [, hostText = entry, portText] = /^(\[[^\]]*\]|[^:]*):(\d{1,5})$/.exec(entry) ?? []
  const holds = parseRange(hostText) ?? parsePlainHost(hostText)
  if (holds === undefined || portText === undefined) return holds
  return (target) => target.port === Number(portText) && holds(target)
}

function parseRange(text: string): Exception | undefined {
  const [, addressText = '', bitsText] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? []
  const address = canonicalAddress(addressText)
  if (address === undefined) return undefined
  const first = addressBytes(address)
  const bits = Number(bitsText)
  if (bits > first.length * 8) return undefined
  return ({ kind, host }) => kind === 'address' && isWithin(addressBytes(host), first, bits)
}

function parsePlainHost(text: string): Exception | undefined {
  const address = canonicalAddress(text)
  if (address !== undefined) return ({ host }) => host === address
  const wanted = parseHost(text.replace(/^\*?\./, ''))
  if (wanted === undefined) return undefined
  return ({ kind, host }) =>
    host === wanted.host || (kind === 'name' && host.endsWith(`.${wanted.host}`))
}
