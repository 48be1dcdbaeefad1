import { isInside } from '@mb/kernel'
import { PluginError } from '../plugin-error.ts'

/** Where MilkBottle keeps its own files. Real paths. */
export interface OwnPlaces {
  /** Grants, keys, other plugins: closed to every plugin. */
  readonly home: string
  /** The one folder in it that is this plugin's. */
  readonly data: string
}

/**
 * Refuses a path that holds, or lies in, the files of MilkBottle itself: whoever reads them has the signing keys, whoever
 * writes them has every plugin.
 *
 * @param path real path
 * @param what is given, for the message: `argument "from"`
 * @throws PluginError `MB_PERMISSION_PATH`
 */
export function refuseOwnPlaces(path: string, own: OwnPlaces, what: string): void {
  const isReached = isInside(path, own.home) || isInside(own.home, path)
  if (!isReached || isInside(own.data, path)) return
  throw new PluginError(
    'MB_PERMISSION_PATH',
    `Cannot open ${what} to a plugin: in "${path}" are the files of MilkBottle itself`,
    { hint: 'Go to a narrower folder, or move the home of MilkBottle: set MB_HOME' },
  )
}
