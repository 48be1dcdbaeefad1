import { PluginError } from '../plugin-error.ts'

const mostAttempts = 3

/**
 * Does something that is tried out beforehand, again if meanwhile something changed that it was tried out with.
 *
 * @param attempt counted from 1; undefined says that it has to be tried again
 * @throws PluginError `MB_PLUGIN_BUSY`
 */
export async function whileItChanges<T>(
  id: string,
  attempt: (count: number) => Promise<T | undefined>,
): Promise<T> {
  for (let count = 1; count <= mostAttempts; count += 1) {
    const result = await attempt(count)
    if (result !== undefined) return result
  }
  throw new PluginError(
    'MB_PLUGIN_BUSY',
    `Cannot update "${id}": what it keeps was changed again and again meanwhile`,
    { hint: 'Let its commands end, and try again' },
  )
}
