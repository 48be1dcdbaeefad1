import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode, makeFolder, sha256, writeFileAtomic } from '@mb/kernel'

/** A key that signed what was installed. */
export interface KnownKey {
  readonly keyId: string
  /** SPKI in PEM. */
  readonly publicKey: string
}

/**
 * The keys that signed for each namespace of a marketplace before. A key is a file of its own, whose name is its id:
 * there is nothing that could be half written, and two programs that add keys at once lose none.
 */
export class KnownKeys {
  readonly #folder: string

  /** @param base - the address of the marketplace: what is at another address is another one, whatever it is called */
  constructor(folder: string, base: string) {
    this.#folder = join(folder, sha256(base))
  }

  /** The ids of the keys of a namespace; none when nothing of it was installed yet. */
  async list(namespace: string): Promise<readonly string[]> {
    try {
      const names = await readdir(join(this.#folder, namespace))
      return names.filter((name) => /^[0-9a-f]{64}$/.test(name)).toSorted()
    } catch (error) {
      // Anything else than "never heard of it" must not pass for that.
      if (errorCode(error) === 'ENOENT') return []
      throw error
    }
  }

  /**
   * Adds the first key of a namespace. The folder comes to be with the key in it, by one rename that fails when there
   * is one: of two programs that meet the namespace at once, one is the first.
   *
   * @returns whether it was the first
   */
  async addFirst(namespace: string, key: KnownKey): Promise<boolean> {
    await makeFolder(this.#folder, { mode: 0o700 })
    // No namespace begins with a dot.
    const staged = join(this.#folder, `.${namespace}.${randomBytes(6).toString('hex')}`)
    try {
      await mkdir(staged, { mode: 0o700 })
      await write(staged, key)
      await rename(staged, join(this.#folder, namespace))
      return true
    } catch (error) {
      const code = errorCode(error)
      if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'EPERM') return false
      throw error
    } finally {
      await rm(staged, { recursive: true, force: true })
    }
  }

  /** Adds a further key of a namespace. */
  async add(namespace: string, key: KnownKey): Promise<void> {
    await write(join(this.#folder, namespace), key)
  }
}

async function write(folder: string, { keyId, publicKey }: KnownKey): Promise<void> {
  await writeFileAtomic(join(folder, keyId), publicKey, { mode: 0o600 })
}
