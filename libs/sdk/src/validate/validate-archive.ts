import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { extractArchive, verifyPackage, type PackageFacts } from '@mb/manifest'
import { findProjectPackage, type ProjectPackage } from '../project.ts'
import { checkContents } from './check-contents.ts'
import { checkVendored } from './check-packages.ts'
import { checkManifestFile, manifestFindings } from './check-manifest-file.ts'
import { errorFinding } from './error-finding.ts'
import { validationResult, type Finding, type ValidationResult } from './finding.ts'
import type { ValidateOptions } from './validate-plugin.ts'

/** Checks a packaged archive: its form, its manifest, its digests and signature, and what it holds. */
export async function validateArchive(
  file: string,
  options: ValidateOptions = {},
): Promise<ValidationResult> {
  const { publishing = false, signal } = options
  const temporary = await mkdtemp(join(tmpdir(), 'mb-validate-'))
  const directory = join(temporary, 'package')
  try {
    await extractArchive(file, directory, { signal })
    return validationResult(
      await checkPackage(await verifyPackage(directory, { publishing, signal })),
    )
  } catch (error) {
    signal?.throwIfAborted()
    return validationResult(await explain(error, directory, publishing))
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

async function checkPackage(facts: PackageFacts): Promise<readonly Finding[]> {
  const { manifest, directory, tree } = facts
  const manifestFile = basename(facts.manifestFile)
  const findings: Finding[] = [...manifestFindings(facts.findings, manifestFile)]
  let project: ProjectPackage | undefined
  try {
    project = await findProjectPackage(directory)
  } catch (error) {
    findings.push(errorFinding(error, { file: 'package.json' }))
  }
  const files = tree.files.map((each) => each.path)
  findings.push(...checkContents({ files, manifest, manifestFile, project, canBuild: false }))
  findings.push(...(await checkVendored(directory, manifest, manifestFile)))
  if (facts.signature.status === 'unsigned') findings.push(unsigned)
  return findings
}

const unsigned: Finding = {
  id: 'unsigned',
  severity: 'warning',
  message: 'The package is not signed',
  hint: 'Package it with `mb sdk package --sign`',
}

/** Why an archive was refused; for a bad manifest all that is wrong with it. */
async function explain(
  error: unknown,
  directory: string,
  publishing: boolean,
): Promise<readonly Finding[]> {
  const refusal = errorFinding(error)
  if (refusal.id !== 'manifest-invalid') return [refusal]
  const { findings } = await checkManifestFile(directory, { publishing })
  return findings.length > 0 ? findings : [refusal]
}
