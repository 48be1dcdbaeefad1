import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isPlatform, platforms, readManifest, runsOn, type Manifest } from '@mb/manifest'
import { nearestName } from '@mb/kernel'
import { SdkError } from '../sdk-error.ts'

/**
 * Refuses to package a plugin for a platform that is none, or that its manifest leaves out.
 *
 * @throws SdkError `MB_SDK_OPTION_INVALID`
 */
export function checkTarget(manifest: Pick<Manifest, 'name' | 'platforms'>, target: string): void {
  if (!isPlatform(target)) {
    const near = nearestName(target, platforms)
    throw new SdkError(
      'MB_SDK_OPTION_INVALID',
      `Cannot package "${manifest.name}" for ${JSON.stringify(target)}: there is no such platform`,
      { hint: near === undefined ? 'Write it as linux-x64' : `Did you mean "${near}"?` },
    )
  }
  if (runsOn(manifest.platforms, target)) return
  throw new SdkError(
    'MB_SDK_OPTION_INVALID',
    `Cannot package "${manifest.name}" for ${target}: its manifest says that it runs on ${manifest.platforms.join(', ')}`,
    { hint: 'Add it to `platforms`' },
  )
}

/** Makes the manifest of a package that is in the making say that it is for one platform alone. */
export async function narrowManifest(staging: string, file: string, target: string): Promise<void> {
  const path = join(staging, file)
  const text = await readFile(path, 'utf8')
  await writeFile(
    path,
    file.endsWith('.json') ? narrowJson(text, target) : await narrowYaml(text, target),
  )
  await chmod(path, 0o644)
  const { manifest } = await readManifest(staging)
  if (manifest.platforms.length === 1 && manifest.platforms[0] === target) return
  throw new TypeError(`Cannot make "${file}" say ${target}`)
}

const key = 'platforms'
const olderKeys: ReadonlySet<string> = new Set(['supported_platforms', 'supportedPlatforms'])

function narrowJson(text: string, target: string): string {
  const value: unknown = JSON.parse(text)
  const entries = Object.entries(value ?? {}).filter(([name]) => !isKey(name))
  return `${JSON.stringify(Object.fromEntries([...entries, [key, [target]]]), undefined, 2)}\n`
}

async function narrowYaml(text: string, target: string): Promise<string> {
  const { isMap, isScalar, parseDocument } = await import('yaml')
  const document = parseDocument(text)
  const names = isMap(document.contents)
    ? document.contents.items.map(({ key: each }) => (isScalar(each) ? each.value : undefined))
    : []
  for (const name of names) if (typeof name === 'string' && isKey(name)) document.delete(name)
  document.set(key, document.createNode([target], { flow: true }))
  return document.toString({ lineWidth: 0 })
}

function isKey(name: string): boolean {
  return name === key || olderKeys.has(name)
}
