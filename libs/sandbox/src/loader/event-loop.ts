/** What the event loop waits for, or not. */
export interface LoopHandle {
  ref(): unknown
  unref(): unknown
}

/** Whether a host's program goes on for the sake of these. */
export function holdLoop(handles: readonly unknown[], isHeld: boolean): void {
  for (const handle of handles) {
    if (!isLoopHandle(handle)) continue
    if (isHeld) handle.ref()
    else handle.unref()
  }
}

function isLoopHandle(value: unknown): value is LoopHandle {
  return (
    typeof value === 'object' &&
    value !== null &&
    'ref' in value &&
    typeof value.ref === 'function' &&
    'unref' in value &&
    typeof value.unref === 'function'
  )
}
