import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { runProgram } from '../tour/run-program.ts'
import { readWorkspaces, root } from '../workspaces.ts'

/** A package as it would be published. */
export interface PackedPackage {
  readonly name: string
  readonly version: string
  readonly fileName: string
  readonly tarball: Buffer
  /** Its package.json. */
  readonly manifest: Readonly<Record<string, unknown>>
}

const packedSchema = z.array(
  z.object({ name: z.string(), version: z.string(), filename: z.string() }),
)

/** Packs every package that is published, into `folder`. They have to be built. */
export async function packAll(folder: string): Promise<readonly PackedPackage[]> {
  const published = (await readWorkspaces()).filter((workspace) => !workspace.isPrivate)
  const names = published.flatMap(({ name }) => ['-w', name])
  const { code, stdout, stderr } = await runProgram(
    'npm',
    ['pack', ...names, '--json', '--ignore-scripts', '--pack-destination', folder],
    { cwd: root, env: { ...process.env, npm_config_loglevel: 'error' } },
  )
  if (code !== 0) throw new Error(`Cannot pack: ${stderr.slice(-2000)}`)
  const packed = packedSchema.parse(Object.values(JSON.parse(stdout)))
  return Promise.all(
    packed.map(async ({ name, version, filename }) => {
      const directory = published.find((workspace) => workspace.name === name)?.directory ?? ''
      return {
        name,
        version,
        fileName: filename,
        tarball: await readFile(join(folder, filename)),
        manifest: JSON.parse(await readFile(join(root, directory, 'package.json'), 'utf8')),
      }
    }),
  )
}

/** Publishes by the registry's own protocol: one PUT of manifest and tarball. */
export async function publish(packed: PackedPackage, registry: string): Promise<void> {
  const file = `${packed.name}-${packed.version}.tgz`
  const version = {
    ...packed.manifest,
    _id: `${packed.name}@${packed.version}`,
    dist: {
      shasum: createHash('sha1').update(packed.tarball).digest('hex'),
      integrity: `sha512-${createHash('sha512').update(packed.tarball).digest('base64')}`,
      tarball: new URL(`${packed.name}/-/${file}`, registry).href,
    },
  }
  const response = await fetch(new URL(encodeURIComponent(packed.name), registry), {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      _id: packed.name,
      name: packed.name,
      'dist-tags': { latest: packed.version },
      versions: { [packed.version]: version },
      _attachments: {
        [file]: {
          content_type: 'application/octet-stream',
          data: packed.tarball.toString('base64'),
          length: packed.tarball.length,
        },
      },
    }),
    signal: AbortSignal.timeout(30_000),
  })
  if (!response.ok) {
    throw new Error(`Cannot publish ${packed.name}: ${response.status} ${await response.text()}`)
  }
}
