import type { JsonValue } from '@mb/kernel'
import { neverOf, type ReadValue } from './read-value.ts'
import type { Setting } from './setting.ts'

/**
 * What older files set, and what is always so now: such a file loads as long as it says nothing else, since nobody is to
 * believe in a setting that does nothing.
 */
export const fixedSettings: Readonly<Record<string, Setting>> = {
  'plugins.installDirectory': fixed('~/.milkbottle/plugins', 'MB_HOME moves the home folder'),
  'plugins.performanceMonitoring': fixed(true, 'each run is measured'),
  performanceMonitoring: fixed(true, 'each run is measured'),
  debugMode: fixed(false, 'logging.level: debug tells more'),
  'discovery.autoDiscovery': fixed(true, 'what is in a folder is found when it is looked for'),
  'loader.isolation': fixed(true, 'isolation.minimum says what a sandbox has to prove'),
  'loader.maxSize': fixed(104_857_600, 'plugins.maxPackageMb says it in megabytes'),
  'security.sandboxEnabled': fixed(true, 'isolation.minimum says what a sandbox has to prove'),
  'security.signatureVerification': fixed(true, 'each signature is verified'),
  'dependencies.autoInstall': fixed(false, 'packages come inside of a plugin, and none by script'),
  'dependencies.strictVersioning': fixed(true, 'ranges of versions always hold'),
  'dependencies.resolveConflicts': fixed(true, 'conflicts are resolved, or explained'),
}

function fixed(value: boolean | number | string, because: string): Setting {
  const read = (json: JsonValue): ReadValue =>
    json === value
      ? { ok: true, value }
      : neverOf(`${JSON.stringify(value)}, or left out: ${because}`)
  return { read, readText: (text) => read(text === String(value) ? value : text) }
}
