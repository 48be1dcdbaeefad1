import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { packageLimits } from '@mb/manifest'
import { listPackageFiles, unmatchedPatterns } from '../package/list-files.ts'
import { findProjectPackage, type ProjectPackage } from '../project.ts'
import { checkContents } from './check-contents.ts'
import { checkDeclared } from './check-packages.ts'
import { checkManifestFile } from './check-manifest-file.ts'
import { errorFinding } from './error-finding.ts'
import { validationResult, type Finding, type ValidationResult } from './finding.ts'
import type { ValidateOptions } from './validate-plugin.ts'

/** Checks a plugin's folder: its manifest, and what its package would hold. */
export async function validateDirectory(
  directory: string,
  options: ValidateOptions = {},
): Promise<ValidationResult> {
  const { publishing = false, signal } = options
  const checked = await checkManifestFile(directory, { publishing, signal })
  signal?.throwIfAborted()
  const { project, findings } = await checkProject(directory)
  const found = [...checked.findings, ...findings]
  if (!checked.ok) return validationResult(found)

  const { manifest, file } = checked
  try {
    const files = await listPackageFiles({ directory, manifest, manifestFile: file, project })
    const canBuild = project !== undefined && Object.hasOwn(project.scripts, 'build')
    found.push(
      ...checkContents({ files, manifest, manifestFile: file, project, canBuild }),
      ...unmatched(project, files, canBuild),
      ...(await checkDeclared(directory, files, manifest)),
      ...(await checkSize(directory, files)),
    )
  } catch (error) {
    found.push(errorFinding(error))
  }
  return validationResult(found)
}

async function checkProject(
  directory: string,
): Promise<{ project: ProjectPackage | undefined; findings: readonly Finding[] }> {
  try {
    return { project: await findProjectPackage(directory), findings: [] }
  } catch (error) {
    return { project: undefined, findings: [errorFinding(error, { file: 'package.json' })] }
  }
}

function unmatched(
  project: ProjectPackage | undefined,
  files: readonly string[],
  canBuild: boolean,
): readonly Finding[] {
  // Before the build, what it writes is not there.
  if (canBuild) return []
  return unmatchedPatterns(project, files).map((pattern) => ({
    id: 'file-missing',
    severity: 'warning',
    message: `\`files\` of package.json names "${pattern}", and there is no such file`,
    file: 'package.json',
    hint: 'Write it, or take it out of `files`',
  }))
}

async function checkSize(directory: string, files: readonly string[]): Promise<readonly Finding[]> {
  let bytes = 0
  for (const file of files) bytes += (await lstat(join(directory, file))).size
  const { maxFiles, maxBytes } = packageLimits
  if (files.length <= maxFiles && bytes <= maxBytes) return []
  return [
    {
      id: 'package-too-large',
      severity: 'error',
      message: `The package would hold ${files.length} files and ${bytes} bytes; it may hold ${maxFiles} files and ${maxBytes} bytes`,
      hint: 'Name in `files` of package.json what the plugin needs at run time',
    },
  ]
}
