import type { Manifest } from '@mb/manifest'
import type { ProjectPackage } from '../project.ts'
import type { ArchiveForm } from './write-archive.ts'

/** The name of a package's file; an npm tarball is named as npm names it. One for a platform alone names it. */
export function archiveName(
  form: ArchiveForm,
  manifest: Pick<Manifest, 'name' | 'version'>,
  {
    project,
    target,
  }: {
    readonly project: ProjectPackage | undefined
    readonly target: string | undefined
  },
): string {
  const suffix = target === undefined ? '' : `-${target}`
  if (form !== 'npm') return `${manifest.name}-${manifest.version}${suffix}.${form}`
  const name = (project?.name ?? manifest.name).replace(/^@/, '').replaceAll('/', '-')
  return `${name}-${project?.version ?? manifest.version}${suffix}.tgz`
}
