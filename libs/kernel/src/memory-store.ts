import { checkStoreKey } from './store-key.ts'
import type { Store } from './ports.ts'

/** A {@link Store} that lives as long as its object. Values are copied on both ways. */
export class MemoryStore implements Store {
  readonly #values = new Map<string, string>()

  async get(key: string): Promise<unknown> {
    const text = this.#values.get(checkStoreKey(key))
    return text === undefined ? undefined : JSON.parse(text)
  }

  async set(key: string, value: unknown): Promise<void> {
    this.#values.set(checkStoreKey(key), JSON.stringify(value ?? null))
  }

  async delete(key: string): Promise<boolean> {
    return this.#values.delete(checkStoreKey(key))
  }

  async list(prefix = ''): Promise<readonly string[]> {
    return [...this.#values.keys()].filter((key) => key.startsWith(prefix)).toSorted()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#values.clear()
  }
}
