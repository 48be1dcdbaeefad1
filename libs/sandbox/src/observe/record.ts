import { posix } from 'node:path'
import { isUtf8 } from 'node:buffer'
import type { PathAccess, Reach } from './reach.ts'
import { askedVariable } from './hooks.ts'

/** What was done with one path. */
export interface PathRecord {
  readonly path: string
  /** What succeeded. */
  readonly done: ReadonlySet<PathAccess>
  /** What failed, with the name of the error. */
  readonly failed: ReadonlyMap<PathAccess, string>
}

/** Gathers what a program reached for. It is a stranger's: it may reach for more than anybody wants to keep. */
export class ReachRecord {
  readonly #paths = new Map<
    string,
    { path: string; done: Set<PathAccess>; failed: Map<PathAccess, string> }
  >()
  readonly #hosts = new Set<string>()
  readonly #addresses = new Set<string>()
  readonly #variables = new Set<string>()
  #room = mostBytes
  #isWhole = true

  get paths(): readonly PathRecord[] {
    return [...this.#paths.values()]
  }

  /** Hosts whose addresses were asked for. */
  get hosts(): ReadonlySet<string> {
    return this.#hosts
  }

  /** Where connections went by themselves, `address:port`. */
  get addresses(): ReadonlySet<string> {
    return this.#addresses
  }

  /** Variables of the environment, by name, that Node and Python were asked for. */
  get variables(): ReadonlySet<string> {
    return this.#variables
  }

  /** Whether all was kept. */
  get isWhole(): boolean {
    return this.#isWhole
  }

  /** Notes that something was not told. */
  miss(): void {
    this.#isWhole = false
  }

  add(reach: Reach): void {
    switch (reach.kind) {
      case 'name':
        return this.#keep(this.#hosts, reach.host)
      case 'address':
        return this.#keep(this.#addresses, hostPort(reach.address, reach.port))
      case 'path':
      default:
        return this.#addPath(reach)
    }
  }

  #addPath({ access, path, real, error }: Reach & { readonly kind: 'path' }): void {
    const named = nameable(path, access)
    const variable = askedVariable(named.path)
    if (variable !== undefined) return this.#keep(this.#variables, variable)
    this.#note(named.path, named.access, error)
    if (real === undefined || real.equals(path)) return
    const opened = nameable(real, access)
    this.#note(opened.path, opened.access, error)
  }

  #note(path: string, access: PathAccess, error: string | undefined): void {
    const known = this.#paths.get(path)
    if (known === undefined && !this.#hasRoom(path)) return
    const record = known ?? {
      path,
      done: new Set<PathAccess>(),
      failed: new Map<PathAccess, string>(),
    }
    this.#paths.set(path, record)
    if (error === undefined) record.done.add(access)
    else record.failed.set(access, error)
  }

  #keep(texts: Set<string>, text: string): void {
    if (texts.has(text) || !this.#hasRoom(text)) return
    texts.add(text)
  }

  #hasRoom(text: string): boolean {
    this.#room -= text.length + overheadBytes
    if (this.#room < 0) this.#isWhole = false
    return this.#room >= 0
  }
}

const mostBytes = 8 * 1024 * 1024
const overheadBytes = 200

/** As in a URL. */
export function hostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** A path as text. A name that is no UTF-8 cannot stand in a policy: there it is the folder that counts. */
function nameable(path: Buffer, access: PathAccess): { path: string; access: PathAccess } {
  if (isUtf8(path)) return { path: withoutDots(path.toString()), access }
  const parts: Buffer[] = []
  for (let from = 0; from < path.length;) {
    const slash = path.indexOf(0x2f, from)
    const end = slash === -1 ? path.length : slash
    const part = path.subarray(from, end)
    if (!isUtf8(part)) break
    parts.push(part)
    from = end + 1
  }
  const folder = parts.map(String).join('/')
  return {
    path: withoutDots(folder === '' ? '/' : folder),
    access: access === 'read' || access === 'run' ? 'list' : access,
  }
}

function withoutDots(path: string): string {
  const normal = posix.normalize(path)
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal
}
