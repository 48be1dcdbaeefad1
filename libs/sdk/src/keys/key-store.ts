import { randomBytes } from 'node:crypto'
import { link, lstat, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode, makeFolder, readTextBounded, syncDirectory } from '@mb/kernel'
import { generateSigningKey, isPluginName, readSigningKey, type SigningKey } from '@mb/manifest'
import { SdkError } from '../sdk-error.ts'
import { checkPrivate } from './check-private.ts'

/** A signing key without its private half. */
export interface KeyInfo {
  readonly name: string
  /** SHA-256 of the public key, in hex: what people compare. */
  readonly keyId: string
  /** SPKI, PEM. */
  readonly publicKey: string
}

/** The name of the key that is used when none is named. */
export const defaultKeyName = 'default'

const ending = '.key'

/**
 * The signing keys of a person: `keys/` in their home, each a file that only they can read. Nothing is made before
 * {@link KeyStore.create}.
 */
export class KeyStore {
  /** The folder of the keys. */
  readonly directory: string

  constructor(directory: string) {
    this.directory = directory
  }

  /**
   * Makes a new ed25519 key.
   *
   * @throws SdkError `MB_SDK_KEY_NAME`, `MB_SDK_KEY_EXISTS`, `MB_SDK_KEY_UNSAFE`
   */
  async create(name: string = defaultKeyName): Promise<KeyInfo> {
    const file = this.#file(name)
    await makeFolder(this.directory, { mode: 0o700 })
    checkPrivate(this.directory, await lstat(this.directory))
    const { keyId, publicKey, privateKey } = generateSigningKey()
    await this.#write(name, file, privateKey)
    return { name, keyId, publicKey }
  }

  /** The keys, by name. */
  async list(): Promise<readonly KeyInfo[]> {
    const keys: KeyInfo[] = []
    for (const name of await this.#names()) {
      const { keyId, publicKey } = await this.get(name)
      keys.push({ name, keyId, publicKey })
    }
    return keys
  }

  /**
   * A key with its private half, to sign with. It is never to be printed.
   *
   * @throws SdkError `MB_SDK_KEY_NAME`, `MB_SDK_KEY_MISSING`, `MB_SDK_KEY_UNSAFE`, `MB_SDK_KEY_BROKEN`
   */
  async get(name: string = defaultKeyName): Promise<SigningKey> {
    const file = this.#file(name)
    const facts = await lstat(file).catch((cause: unknown) => {
      throw errorCode(cause) === 'ENOENT' ? this.#missing(name) : cause
    })
    checkPrivate(this.directory, await lstat(this.directory))
    checkPrivate(file, facts)
    const privateKey = await readTextBounded(file, { maxBytes: 16 * 1024 })
    try {
      return readSigningKey(privateKey)
    } catch {
      // The cause is left out: it may quote the key.
      throw new SdkError('MB_SDK_KEY_BROKEN', `Cannot use key "${name}": "${file}" holds no key`, {
        hint: `Restore the file, or remove it and make a new key with \`mb sdk keys create ${name}\``,
      })
    }
  }

  /**
   * Removes a key for good: nothing can be signed with it any more.
   *
   * @throws SdkError `MB_SDK_KEY_NAME`, `MB_SDK_KEY_MISSING`
   */
  async delete(name: string): Promise<void> {
    try {
      await rm(this.#file(name))
    } catch (cause) {
      throw errorCode(cause) === 'ENOENT' ? this.#missing(name) : cause
    }
    await syncDirectory(this.directory)
  }

  #file(name: string): string {
    if (isPluginName(name)) return join(this.directory, `${name}${ending}`)
    throw new SdkError(
      'MB_SDK_KEY_NAME',
      `Cannot use key name ${JSON.stringify(name.slice(0, 80))}: it is no name`,
      { hint: 'Start with a letter a to z, then use letters, digits and "-", 64 at most' },
    )
  }

  async #names(): Promise<readonly string[]> {
    try {
      const files = await readdir(this.directory)
      return files
        .filter((file) => file.endsWith(ending))
        .map((file) => file.slice(0, -ending.length))
        .filter((name) => isPluginName(name))
        .toSorted()
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return []
      throw error
    }
  }

  /** Whole or not at all, and never over a key that is there: a link is made only where there is no file. */
  async #write(name: string, file: string, privateKey: string): Promise<void> {
    const temporary = join(this.directory, `.${name}-${randomBytes(6).toString('hex')}.tmp`)
    try {
      const handle = await open(temporary, 'wx', 0o600)
      try {
        await handle.writeFile(privateKey)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await link(temporary, file)
    } catch (cause) {
      if (errorCode(cause) !== 'EEXIST') throw cause
      throw new SdkError('MB_SDK_KEY_EXISTS', `Cannot create key "${name}": there is one`, {
        hint: `Choose another name, or remove it with \`mb sdk keys delete ${name}\``,
      })
    } finally {
      await rm(temporary, { force: true })
    }
    await syncDirectory(this.directory)
  }

  #missing(name: string): SdkError {
    return new SdkError('MB_SDK_KEY_MISSING', `Cannot use key "${name}": there is no such key`, {
      hint: `Make it with \`mb sdk keys create ${name}\``,
    })
  }
}

/** The signing keys that are kept in a home, as `~/.milkbottle`. */
export function openKeyStore(home: string): KeyStore {
  return new KeyStore(join(home, 'keys'))
}
