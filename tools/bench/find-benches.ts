import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Bench } from '../bench-result.ts'

/** Every scenario below a checkout, by name. */
export async function findBenches(root: string): Promise<ReadonlyMap<string, Bench>> {
  const pattern = '{libs,apps,tools}/**/bench/*.bench.ts'
  const files: string[] = []
  for await (const file of glob(pattern, { cwd: root, exclude: isForeign })) files.push(file)
  const benches = new Map<string, Bench>()
  for (const file of files.toSorted()) {
    const bench = await loadBench(join(root, file), file)
    if (benches.has(bench.name)) {
      throw new Error(`Cannot tell scenarios apart: ${file} is called "${bench.name}" too`)
    }
    benches.set(bench.name, bench)
  }
  return benches
}

function isForeign(folder: string): boolean {
  return /(?:^|\/)(?:node_modules|dist)$/.test(folder)
}

async function loadBench(path: string, file: string): Promise<Bench> {
  const loaded: unknown = await import(pathToFileURL(path).href)
  if (typeof loaded === 'object' && loaded !== null && 'bench' in loaded && isBench(loaded.bench)) {
    return loaded.bench
  }
  throw new Error(`Cannot load ${file}: it exports no \`bench\` of { name, run() }`)
}

function isBench(value: unknown): value is Bench {
  if (typeof value !== 'object' || value === null) return false
  return (
    'name' in value &&
    typeof value.name === 'string' &&
    'run' in value &&
    typeof value.run === 'function'
  )
}
