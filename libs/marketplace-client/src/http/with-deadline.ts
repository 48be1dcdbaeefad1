/** Does work with a signal that also stops it after a time, with an error of the caller's. */
export async function withDeadline<Value>(
  work: (signal: AbortSignal) => Promise<Value>,
  options: {
    readonly ms: number
    readonly error: () => Error
    readonly signal: AbortSignal | undefined
  },
): Promise<Value> {
  const { ms, error, signal } = options
  const deadline = new AbortController()
  const timer = setTimeout(() => {
    deadline.abort(error())
  }, ms)
  try {
    return await work(
      signal === undefined ? deadline.signal : AbortSignal.any([signal, deadline.signal]),
    )
  } finally {
    clearTimeout(timer)
  }
}
