import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { extractArchive } from '@mb/manifest'
import semver from 'semver'
import { z } from 'zod'
import { pluginFolderIn } from '../discovery/find-packages.ts'
import { wrongDigest } from './copy-pinned.ts'
import type { FetchedSource, FetchKindOptions } from './fetch-source.ts'
import { formatSource, type NpmSource } from './plugin-source.ts'
import { runNpm } from './run-npm.ts'
import { sourceError } from './source-error.ts'

const packed = z
  .array(
    z.object({
      name: z.string(),
      version: z.string(),
      integrity: z.string().regex(/^sha512-[A-Za-z0-9+/]{86}==$/),
    }),
  )
  .length(1)

/**
 * Brings a package of npm through the person's own npm, with their registry and their credentials, and with nothing of it run. It is
 * started in an empty folder: settings that lie in a stranger's project say nothing of where packages come from.
 */
export async function fetchNpm(
  source: NpmSource,
  folder: string,
  { maxBytes, sha256, way, signal }: FetchKindOptions,
): Promise<FetchedSource> {
  const shown = formatSource(source)
  const [from, to] = [join(folder, 'from'), join(folder, 'to')]
  await mkdir(from)
  await mkdir(to)
  // npm takes the nearest folder with one for the project, whose .npmrc it reads.
  await writeFile(join(from, 'package.json'), '{"private":true}\n')
  const spec = `${source.name}@${source.range ?? 'latest'}`
  const output = await runNpm(
    ['pack', '--ignore-scripts', '--json', '--pack-destination', to, '--', spec],
    { shown, cwd: from, env: way.env, signal },
  )
  const told = readPacked(output, source)
  const [name, ...others] = await readdir(to)
  if (name === undefined || others.length > 0)
    throw sourceError('MB_SOURCE_NPM', shown, 'npm has fetched no archive, or several')
  const path = join(to, name)
  if ((await stat(path)).size > maxBytes)
    throw sourceError(
      'MB_SOURCE_TOO_LARGE',
      shown,
      `it is larger than ${Math.floor(maxBytes / 1024 / 1024)} MB`,
      { hint: 'Set plugins.maxPackageMb to allow larger packages' },
    )
  await checkBytes(path, { shown, integrity: told.integrity, sha256, signal })
  const inside = await folderInside(path, join(folder, 'unpacked'), signal)
  return {
    path: inside ?? path,
    source: `npm:${told.name}@${told.version}#${told.integrity}`,
  }
}

/** The folder in a package that says that the plugin is there, unpacked; undefined when the package is the plugin. */
async function folderInside(
  archive: string,
  folder: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  await extractArchive(archive, folder, { signal })
  return pluginFolderIn(folder)
}

function readPacked(
  output: string,
  source: NpmSource,
): { readonly name: string; readonly version: string; readonly integrity: string } {
  const shown = formatSource(source)
  try {
    const [only] = packed.parse(JSON.parse(output))
    if (only !== undefined && only.name === source.name && semver.valid(only.version) !== null)
      return only
  } catch (cause) {
    throw sourceError('MB_SOURCE_NPM', shown, 'what npm says of it cannot be read', { cause })
  }
  throw sourceError('MB_SOURCE_NPM', shown, 'npm has fetched another package')
}

async function checkBytes(
  path: string,
  {
    shown,
    integrity,
    sha256,
    signal,
  }: {
    readonly shown: string
    readonly integrity: string
    readonly sha256: string | undefined
    readonly signal: AbortSignal
  },
): Promise<void> {
  const [long, short] = [createHash('sha512'), createHash('sha256')]
  await pipeline(
    createReadStream(path),
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        long.update(chunk)
        short.update(chunk)
      }
    },
    { signal },
  )
  const found = short.digest('hex')
  if (integrity !== `sha512-${long.digest('base64')}`)
    throw sourceError(
      'MB_SOURCE_CHECKSUM',
      shown,
      'its archive is not the one that npm has fetched',
    )
  if (sha256 !== undefined && sha256 !== found)
    throw wrongDigest(shown, { required: sha256, found })
}
