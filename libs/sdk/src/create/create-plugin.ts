import { writeFile, mkdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { systemClock, type Clock } from '@mb/kernel'
import { findPackageManager, type PackageManager } from '../package-manager.ts'
import { templatesDirectory, readPluginCoreRange } from '../shipped.ts'
import { findTemplate } from '../templates/find-template.ts'
import {
  renderFile,
  renderTemplate,
  type RenderedFile,
  type TemplateValues,
} from '../templates/render-template.ts'
import { checkFirstManifest } from './check-first-manifest.ts'
import { findAuthor } from './find-author.ts'
import { initializeGit } from './initialize-git.ts'
import { installPackages } from './install-packages.ts'
import { licenseFile } from './license-file.ts'
import { nextCommands } from './next-commands.ts'
import { newPluginName } from './plugin-name.ts'
import { makeProject } from './make-project.ts'

/** What a new plugin is to be. */
export interface CreatePluginOptions {
  /** Where it is made: a folder that does not exist, or is empty. */
  readonly directory: string
  /** @default the name of the folder */
  readonly name?: string | undefined
  /** One of {@link listTemplates}. @default 'basic' */
  readonly template?: string | undefined
  /** @default 'typescript' */
  readonly language?: string | undefined
  /** `Name <mail>`. @default the author that git is set up with */
  readonly author?: string | undefined
  /** An SPDX identifier. @default 'MIT' */
  readonly license?: string | undefined
  /** @default '0.1.0' */
  readonly version?: string | undefined
  readonly description?: string | undefined
  /** Makes a git repository of it, unless it lies in one. @default false */
  readonly git?: boolean | undefined
  /** Installs what it needs. @default false */
  readonly install?: boolean | undefined
  /** @default the one that started this program, or npm */
  readonly packageManager?: PackageManager | undefined
  /** Names that are taken, the commands of the host for instance. */
  readonly reservedNames?: readonly string[] | undefined
  /** Tells the year of the licence. */
  readonly clock?: Clock | undefined
  readonly signal?: AbortSignal | undefined
}

/** A plugin that was made. */
export interface CreatedPlugin {
  /** Absolute. */
  readonly directory: string
  readonly name: string
  /** From its folder, with `/`, sorted. */
  readonly files: readonly string[]
  readonly packageManager: PackageManager
  /** Whether a git repository was made. */
  readonly git: boolean
  readonly installed: boolean
  /** What to type next, from the folder that this program was started in. */
  readonly nextCommands: readonly string[]
}

/**
 * Makes a plugin from a template: all of it or, when something fails or the signal comes, nothing. Needs no network
 * unless it is told to install.
 *
 * @throws SdkError `MB_SDK_NAME_INVALID`, `MB_SDK_OPTION_INVALID`, `MB_SDK_TEMPLATE_UNKNOWN`,
 * `MB_SDK_TARGET_NOT_EMPTY`, `MB_SDK_TARGET_UNUSABLE`; and `MB_SDK_COMMAND_FAILED` when git or the installation
 * failed: after a failed installation the plugin is there
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { createPlugin } from '@mb/sdk'
 *
 * const folder = await mkdtemp(join(tmpdir(), 'plugins-'))
 * const plugin = await createPlugin({ directory: join(folder, 'notes'), author: 'Ada' })
 * assert.ok(plugin.files.includes('plugin.yaml'))
 * ```
 */
export async function createPlugin(options: CreatePluginOptions): Promise<CreatedPlugin> {
  const { signal, git = false, install = false } = options
  const directory = resolve(options.directory)
  const name = newPluginName(options.name, directory, options.reservedNames)
  const packageManager = options.packageManager ?? (await findPackageManager())

  const files = await renderFiles(name, directory, options)
  checkFirstManifest(files)
  let hasGit = false
  const undo = await makeProject(directory, { signal }, async (staging) => {
    await writeFiles(staging, files, signal)
    hasGit = git && (await initializeGit(staging, { signal }))
  })
  if (install) await installPackages(directory, packageManager, { signal, undo })

  return {
    directory,
    name,
    files: files.map((file) => file.path),
    packageManager,
    git: hasGit,
    installed: install,
    nextCommands: await nextCommands(directory, packageManager, { installed: install }),
  }
}

async function renderFiles(
  name: string,
  directory: string,
  options: CreatePluginOptions,
): Promise<readonly RenderedFile[]> {
  const { template = 'basic', language = 'typescript', license = 'MIT', signal } = options
  const choice = findTemplate(template, language)
  const licenseSource = licenseFile(license)
  const values: TemplateValues = {
    name,
    version: options.version ?? '0.1.0',
    description: options.description ?? choice.template.description,
    author: options.author ?? (await findAuthor(dirname(directory))),
    license,
    year: new Date((options.clock ?? systemClock).now()).getUTCFullYear(),
    pluginCoreRange: await readPluginCoreRange(),
  }
  const files = await renderTemplate(join(templatesDirectory, choice.folder), values, { signal })
  const licenseText = { path: 'LICENSE', content: await renderFile(licenseSource, values) }
  return [...files, licenseText].toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

async function writeFiles(
  directory: string,
  files: readonly RenderedFile[],
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const file of files) {
    signal?.throwIfAborted()
    const path = join(directory, file.path)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, file.content, { flag: 'wx' })
  }
}
