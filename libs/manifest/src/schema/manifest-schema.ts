import { z } from 'zod'
import { whyBadPath } from '../package/package-path.ts'
import type { Manifest } from '../manifest.ts'
import { platforms } from '../platforms/platforms.ts'
import { pluginTypes, typeOf } from '../plugin-type.ts'
import { noPermissions } from '../permissions/permissions.ts'
import { closed } from './closed.ts'
import { commands } from './commands.ts'
import { configSchema } from './config-schema.ts'
import { checkContributions, completions, hooks, menu } from './contributions.ts'
import { checkEnvironments, environments } from './environments.ts'
import { packageDependencies, pluginDependencies } from './dependencies.ts'
import { runtimeOf } from './entry.ts'
import { requestedPermissions } from './requested-permissions.ts'
import { refuse } from './refuse.ts'
import { providedServices, requiredServices } from './services.ts'
import { checkTypeCeiling } from './type-ceiling.ts'
import { updateSource } from './update-source.ts'
import { line, pluginName, range, repositoryAddress, text, version, webAddress } from './texts.ts'

const labels = z.array(line(80)).max(64).default([])

const categories = z
  .array(
    z
      .string()
      .max(64)
      .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, 'A category is written as cloud or data-science'),
  )
  .max(16)
  .default([])

const platformList = z.array(z.enum(platforms)).max(platforms.length)

const amount = (max: number) => z.number().positive().max(max).exactOptional()

const shape = closed({
  $schema: z.string().max(2048).exactOptional(),
  name: pluginName,
  version,
  description: text(2000),
  author: line(200),
  type: z.enum(pluginTypes).exactOptional(),
  license: line(200).exactOptional(),
  entry: z.string().min(1).superRefine(checkEntry),
  runtime: z.enum(['node', 'python', 'executable', 'wasm']).exactOptional(),
  engines: closed({
    milkbottle: range.exactOptional(),
    node: range.exactOptional(),
    python: range.exactOptional(),
  }).default({}),
  platforms: platformList.default([]),
  plugins: pluginDependencies.default({}),
  optionalPlugins: pluginDependencies.default({}),
  dependencies: packageDependencies.default({}),
  capabilities: labels,
  keywords: labels,
  categories,
  homepage: webAddress.exactOptional(),
  repository: repositoryAddress.exactOptional(),
  documentation: webAddress.exactOptional(),
  email: z.email().max(254).exactOptional(),
  commands: commands.default([]),
  hooks: hooks.default([]),
  completions: completions.default([]),
  menu: menu.default([]),
  provides: providedServices.default({}),
  requires: requiredServices.default({}),
  configSchema: configSchema.default({}),
  environments: environments.default({}),
  permissions: requestedPermissions.default(noPermissions),
  optionalPermissions: requestedPermissions.default(noPermissions),
  limits: closed({
    memoryMb: amount(1_048_576),
    cpuSeconds: amount(86_400),
    wallSeconds: amount(86_400),
    processes: z.int().positive().max(4096).exactOptional(),
    fileMb: amount(1_048_576),
  }).default({}),
  update: updateSource.exactOptional(),
})

/** The plugin format, as what a manifest's file holds; older key names are resolved before. */
export const manifestSchema: z.ZodType<Manifest> = shape
  .superRefine((manifest, context) => {
    checkContributions(manifest, context)
    checkEnvironments(manifest, context)
    checkPlugins(manifest, context)
    checkTypeCeiling(manifest, context)
  })
  .transform(({ $schema: _schema, runtime, type, ...manifest }) => ({
    ...manifest,
    type: type ?? typeOf(manifest),
    runtime: runtime ?? runtimeOf(manifest.entry),
  }))

/** A plugin that is needed is not optional. */
function checkPlugins(
  { plugins, optionalPlugins }: Pick<Manifest, 'plugins' | 'optionalPlugins'>,
  context: z.RefinementCtx,
): void {
  for (const id of Object.keys(optionalPlugins))
    if (Object.hasOwn(plugins, id))
      refuse(context, {
        code: 'duplicate-name',
        message: `The plugin "${id}" stands under "plugins" as well`,
        path: ['optionalPlugins', id],
        hint: 'Keep it in one of the two: what stands under "plugins" has to be there',
      })
}

function checkEntry(entry: string, context: z.RefinementCtx): void {
  const wrong = whyBadPath(entry)
  if (wrong === undefined) return
  refuse(context, {
    code: 'bad-entry',
    message: `Entry ${JSON.stringify(entry.slice(0, 80))} ${wrong}`,
    hint: 'Write a file of the plugin, as dist/index.mjs, or the dotted name of a Python module',
  })
}
