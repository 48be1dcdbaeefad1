import type { MarketplaceError } from '../marketplace-error.ts'

/** Ends something when what it waits for does not come in time. It waits for one thing at a time, or for none. */
export class Watchdog {
  readonly #bark: (error: MarketplaceError) => void
  #timer: NodeJS.Timeout | undefined

  constructor(bark: (error: MarketplaceError) => void) {
    this.#bark = bark
  }

  /** Waits for the next thing. */
  expect(ms: number, error: () => MarketplaceError): void {
    this.rest()
    this.#timer = setTimeout(() => {
      this.#bark(error())
    }, ms)
  }

  /** Waits for nothing. */
  rest(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
