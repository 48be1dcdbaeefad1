import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode, makeFolder, readTextBounded, writeFileAtomic } from '@mb/kernel'
import { CliError } from '../cli-error.ts'

/** A token, and the one address that it is for. */
export interface Credential {
  readonly url: string
  readonly token: string
}

const maxBytes = 256 * 1024

/**
 * The tokens of a person, by the names of marketplaces: `credentials.json` in their home, which only they can read.
 * It is changed as a whole; nothing is made before the first token is stored.
 */
export class Credentials {
  /** The file. */
  readonly file: string
  readonly #home: string

  constructor(home: string) {
    this.#home = home
    this.file = join(home, 'credentials.json')
  }

  /**
   * The token for a marketplace at this very address, if there is one.
   *
   * @throws CliError `MB_CLI_CREDENTIALS`
   */
  async find(repository: {
    readonly name: string
    readonly url: string
  }): Promise<string | undefined> {
    const credential = (await this.#read()).get(repository.name)
    // Whoever changes the address of a name in a settings file does not get its token.
    return credential?.url === repository.url ? credential.token : undefined
  }

  /** Keeps a token in place of the one before. */
  async store(
    repository: { readonly name: string; readonly url: string },
    token: string,
  ): Promise<void> {
    const { name, url } = repository
    const all = new Map(await this.#read()).set(name, { url, token })
    await makeFolder(this.#home, { mode: 0o700 })
    await this.#write(all)
  }

  /**
   * Forgets the token of a marketplace, whatever address it was for.
   *
   * @returns whether there was one
   */
  async forget(name: string): Promise<boolean> {
    const all = new Map(await this.#read())
    if (!all.delete(name)) return false
    await this.#write(all)
    return true
  }

  async #read(): Promise<ReadonlyMap<string, Credential>> {
    try {
      checkPrivate(this.file, await lstat(this.file))
      return parse(await readTextBounded(this.file, { maxBytes }), this.file)
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return new Map()
      throw error
    }
  }

  async #write(all: ReadonlyMap<string, Credential>): Promise<void> {
    const repositories = Object.fromEntries(all)
    await writeFileAtomic(this.file, `${JSON.stringify({ repositories }, undefined, 2)}\n`, {
      mode: 0o600,
    })
  }
}

function checkPrivate(
  file: string,
  facts: { isFile(): boolean; readonly mode: number; readonly uid: number },
): void {
  if (!facts.isFile()) throw unusable(file, 'it is no regular file', `Move "${file}" away`)
  const isMine = process.getuid === undefined || facts.uid === process.getuid()
  if (isMine && (process.platform === 'win32' || (facts.mode & 0o077) === 0)) return
  // It may have been read by now, so that closing it is not all.
  throw unusable(
    file,
    'others on this machine can read it',
    `Remove it with \`rm ${file}\`, log in again with \`mb marketplace login\`, and revoke the tokens that were in it`,
  )
}

function parse(text: string, file: string): ReadonlyMap<string, Credential> {
  const repositories = member(parseJson(text), 'repositories')
  if (typeof repositories !== 'object' || repositories === null) throw broken(file)
  return new Map(
    Object.entries(repositories).map(([name, value]: readonly [string, unknown]) => {
      const [url, token] = [member(value, 'url'), member(value, 'token')]
      if (typeof url !== 'string' || typeof token !== 'string') throw broken(file)
      return [name, { url, token }]
    }),
  )
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    // Its message would quote the text, and a token with it.
    return undefined
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined
}

function broken(file: string): CliError {
  return unusable(
    file,
    'it is not what `mb marketplace login` writes',
    `Remove it with \`rm ${file}\` and log in again with \`mb marketplace login\``,
  )
}

function unusable(file: string, state: string, hint: string): CliError {
  return new CliError('MB_CLI_CREDENTIALS', `Cannot use "${file}": ${state}`, { hint })
}
