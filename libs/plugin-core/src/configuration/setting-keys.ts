import { settings } from './settings.ts'

/** Paths of all settings. */
export const settingKeys: readonly string[] = Object.keys(settings)

/** Paths of the settings whose values are not to be shown. */
export const secretSettings: readonly string[] = Object.entries(settings)
  .filter(([, { isSecret }]) => isSecret === true)
  .map(([key]) => key)
