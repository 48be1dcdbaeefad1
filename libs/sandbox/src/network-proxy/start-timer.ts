// What is longer, Node fires at once (timers, TIMEOUT_MAX).
const longestMs = 2 ** 31 - 1

/** Starts a timer that may be for ever, and keeps no process alive. */
export function startTimer(ms: number, done: () => void): NodeJS.Timeout | undefined {
  return ms > longestMs ? undefined : setTimeout(done, ms).unref()
}
