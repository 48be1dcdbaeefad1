import type { Offer } from '../install/package-repository.ts'

/** A plugin that has to be there, and who asks for it. */
export interface Requirement {
  /** `namespace/name` */
  readonly id: string
  /** A semver range; absent for any, when versions before a release will do if there is nothing else. */
  readonly range?: string
}

/** Where versions come from. Asked once for each plugin. */
export interface OfferSource {
  /**
   * The versions of a plugin; none, when nobody has it.
   *
   * @param id - `namespace/name`
   */
  offers(id: string): Promise<readonly Offer[]>
  /**
   * The id that a plugin means by a bare name; undefined when nobody knows it.
   *
   * @param asker - the plugin that asks
   */
  idOf(name: string, asker: string): Promise<string | undefined>
}
