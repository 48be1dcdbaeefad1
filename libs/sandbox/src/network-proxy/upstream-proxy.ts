/** The proxy of a company, through which alone the internet is reached. It resolves names itself. */
export interface UpstreamProxy {
  /** `http://` or `https://`, with a user name and a password where it wants them. Never told to the program, nor in decisions. */
  readonly url: string
  /** Hosts that are reached without it, as in the variable `NO_PROXY`: names with all below them, addresses, ranges, `*`. */
  readonly noProxy?: readonly string[] | undefined
}
