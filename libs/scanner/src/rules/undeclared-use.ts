import type { Manifest } from '@mb/manifest'
import type { Capability } from '../engines/source-use.ts'
import type { RuleName } from './rules.ts'

const ruleOf: Readonly<Record<Capability, RuleName>> = {
  network: 'undeclared-network',
  files: 'undeclared-files',
  processes: 'undeclared-processes',
}

/** The rule that a use breaks, when the manifest does not ask for it; undefined when it does. */
export function undeclaredUse(capability: Capability, manifest: Manifest): RuleName | undefined {
  return asksFor(capability, manifest) ? undefined : ruleOf[capability]
}

function asksFor(capability: Capability, manifest: Manifest): boolean {
  return [manifest.permissions, manifest.optionalPermissions].some((permissions) => {
    if (capability === 'network')
      return (
        permissions.net.length + permissions['net.unix'].length > 0 || permissions['http.serve']
      )
    if (capability === 'processes') return permissions.exec.length > 0
    return permissions.fs.read.length + permissions.fs.write.length > 0 || letsNameFiles(manifest)
  })
}

/** What a person types is a permission: such a plugin opens files without asking for any. */
function letsNameFiles({ commands }: Manifest): boolean {
  return commands.some((command) =>
    [...command.arguments, ...command.options].some(
      ({ type }) => type === 'file' || type === 'dir',
    ),
  )
}
