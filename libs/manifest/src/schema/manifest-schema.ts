import { z } from 'zod'
import { whyBadPath } from '../package/package-path.ts'
import type { Manifest } from '../manifest.ts'
import { noPermissions } from '../permissions/permissions.ts'
import { closed } from './closed.ts'
import { commands } from './commands.ts'
import { configSchema } from './config-schema.ts'
import { packageDependencies, pluginDependencies } from './dependencies.ts'
import { runtimeOf } from './entry.ts'
import { requestedPermissions } from './requested-permissions.ts'
import { refuse } from './refuse.ts'
import { line, pluginName, range, repositoryAddress, text, version, webAddress } from './texts.ts'

const labels = z.array(line(80)).max(64).default([])

const amount = (max: number) => z.number().positive().max(max).exactOptional()

const shape = closed({
  $schema: z.string().max(2048).exactOptional(),
  name: pluginName,
  version,
  description: text(2000),
  author: line(200),
  license: line(200).exactOptional(),
  entry: z.string().min(1).superRefine(checkEntry),
  runtime: z.enum(['node', 'python', 'executable', 'wasm']).exactOptional(),
  engines: closed({
    milkbottle: range.exactOptional(),
    node: range.exactOptional(),
    python: range.exactOptional(),
  }).default({}),
  plugins: pluginDependencies.default({}),
  dependencies: packageDependencies.default({}),
  capabilities: labels,
  keywords: labels,
  homepage: webAddress.exactOptional(),
  repository: repositoryAddress.exactOptional(),
  documentation: webAddress.exactOptional(),
  email: z.email().max(254).exactOptional(),
  commands: commands.default([]),
  hooks: z
    .array(
      z
        .string()
        .max(128)
        .regex(/^[a-z][a-z0-9-]*(?::[a-z][a-z0-9-]*)*$/, 'A hook is written as deploy:after'),
    )
    .max(64)
    .default([]),
  configSchema: configSchema.default({}),
  permissions: requestedPermissions.default(noPermissions),
  optionalPermissions: requestedPermissions.default(noPermissions),
  limits: closed({
    memoryMb: amount(1_048_576),
    cpuSeconds: amount(86_400),
    wallSeconds: amount(86_400),
    processes: z.int().positive().max(4096).exactOptional(),
    fileMb: amount(1_048_576),
  }).default({}),
})

/** The plugin format, as what a manifest's file holds; older key names are resolved before. */
export const manifestSchema: z.ZodType<Manifest> = shape.transform(
  ({ $schema: _schema, runtime, ...manifest }) => ({
    ...manifest,
    runtime: runtime ?? runtimeOf(manifest.entry),
  }),
)

function checkEntry(entry: string, context: z.RefinementCtx): void {
  const wrong = whyBadPath(entry)
  if (wrong === undefined) return
  refuse(context, {
    code: 'bad-entry',
    message: `Entry ${JSON.stringify(entry.slice(0, 80))} ${wrong}`,
    hint: 'Write a file of the plugin, as dist/index.mjs, or the dotted name of a Python module',
  })
}
