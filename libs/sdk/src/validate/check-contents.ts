import { whyBadPath, type Manifest } from '@mb/manifest'
import { hasEntry } from '../package/list-files.ts'
import { hasSecretName } from '../package/secret-files.ts'
import type { ProjectPackage } from '../project.ts'
import type { Finding } from './finding.ts'

/** What a package holds, or would hold. */
export interface PackageContents {
  /** From its folder, with `/`. */
  readonly files: readonly string[]
  readonly manifest: Manifest
  readonly manifestFile: string
  readonly project: ProjectPackage | undefined
  /** Whether the entry may still be made by a build. */
  readonly canBuild: boolean
}

/** Judges what a package holds by the names of its files. */
export function checkContents(contents: PackageContents): readonly Finding[] {
  return [
    ...entry(contents),
    ...documents(contents),
    ...packageJson(contents),
    ...contents.files.filter((file) => hasSecretName(file)).map((file) => secret(file)),
    ...contents.files.flatMap((file) => badName(file)),
  ]
}

function entry({ files, manifest, manifestFile, canBuild }: PackageContents): readonly Finding[] {
  if (hasEntry(files, manifest)) return []
  const message = `The entry "${manifest.entry}" is not there`
  if (canBuild)
    return [
      {
        id: 'entry-not-built',
        severity: 'warning',
        message,
        file: manifestFile,
        hint: 'The `build` script of package.json has to write it; `mb sdk package` runs it',
      },
    ]
  return [
    {
      id: 'entry-missing',
      severity: 'error',
      message,
      file: manifestFile,
      hint: 'Write that file, or name another as `entry`',
    },
  ]
}

function documents({ files }: PackageContents): readonly Finding[] {
  const wanted = [
    ['readme', /^readme(?:\.[a-z]+)?$/i, 'Add README.md: what the plugin does, and how to use it'],
    ['license', /^licen[cs]e(?:\.[a-z]+)?$/i, 'Add LICENSE with the text of the licence'],
    ['changelog', /^changelog(?:\.[a-z]+)?$/i, 'Add CHANGELOG.md: what changed for users'],
  ] as const
  return wanted
    .filter(([, shape]) => !files.some((file) => shape.test(file)))
    .map(([name, , hint]) => ({
      id: `${name}-missing`,
      severity: 'warning',
      message: `There is no ${name.toUpperCase()}`,
      hint,
    }))
}

function packageJson({ manifest, manifestFile, project }: PackageContents): readonly Finding[] {
  if (project?.version === undefined || project.version === manifest.version) return []
  return [
    {
      id: 'version-mismatch',
      severity: 'error',
      message: `package.json says version "${project.version}", ${manifestFile} says "${manifest.version}"`,
      file: 'package.json',
      hint: 'Write the same version into both',
    },
  ]
}

function badName(file: string): readonly Finding[] {
  const wrong = whyBadPath(file)
  if (wrong === undefined) return []
  return [
    {
      id: 'file-name',
      severity: 'error',
      message: `The path ${JSON.stringify(file)} ${wrong}`,
      file,
      hint: 'Rename it, or leave it out of `files` in package.json',
    },
  ]
}

function secret(file: string): Finding {
  return {
    id: 'secret-file',
    severity: 'error',
    message: `The package would hold "${file}", and a file of that name keeps secrets`,
    file,
    hint: 'Move it out of the folder, or leave it out of `files` in package.json; change the secret if it was ever published',
  }
}
