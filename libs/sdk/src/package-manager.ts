import type { AgentName } from 'package-manager-detector'

/** A package manager by its name. */
export type PackageManager = AgentName

/**
 * The package manager that a project uses: told by its lock file or its package.json, else the one that started this
 * program, else npm.
 */
export async function findPackageManager(directory?: string): Promise<PackageManager> {
  const { detect, getUserAgent } = await import('package-manager-detector')
  const found = directory === undefined ? null : await detect({ cwd: directory })
  return found?.name ?? getUserAgent() ?? 'npm'
}

/** A command line that a package manager understands, in words. */
export async function packageManagerCommand(
  manager: PackageManager,
  command: 'install' | 'run',
  args: readonly string[] = [],
): Promise<readonly [command: string, ...args: string[]]> {
  const { resolveCommand } = await import('package-manager-detector')
  const resolved = resolveCommand(manager, command, [...args])
  if (resolved === null) return [manager, command, ...args]
  // `npm i` is for those who know it.
  return [resolved.command, ...resolved.args.map((word) => (word === 'i' ? 'install' : word))]
}
