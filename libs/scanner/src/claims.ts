import { entryFiles, type Manifest, type Runtime } from '@mb/manifest'
import type { Capability } from './engines/source-use.ts'

/** What a manifest says, as far as code is held to it. */
export interface Claims {
  /** What the plugin asks for. */
  readonly declared: readonly Capability[]
  /** The files it may start with. */
  readonly entries: readonly string[]
  readonly runtime: Runtime
}

/** What a manifest claims. */
export function claimsOf(manifest: Manifest): Claims {
  const all: readonly Capability[] = ['network', 'files', 'processes']
  return {
    declared: all.filter((capability) => asksFor(capability, manifest)),
    entries: entryFiles(manifest),
    runtime: manifest.runtime,
  }
}

function asksFor(capability: Capability, manifest: Manifest): boolean {
  const asked = [manifest.permissions, manifest.optionalPermissions]
  if (capability === 'processes') return asked.some(({ exec }) => exec.length > 0)
  if (capability === 'files')
    return letsNameFiles(manifest) || asked.some(({ fs }) => fs.read.length + fs.write.length > 0)
  return asked.some((each) => each.net.length + each['net.unix'].length > 0 || each['http.serve'])
}

/** What a person types is a permission: such a plugin opens files without asking for any. */
function letsNameFiles({ commands }: Manifest): boolean {
  return commands.some((command) =>
    [...command.arguments, ...command.options].some(
      ({ type }) => type === 'file' || type === 'dir',
    ),
  )
}
