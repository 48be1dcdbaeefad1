import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256 } from '@mb/kernel'
import type { JailPlan } from '../../jail/jail-plan.ts'
import { runEngine, type Engine } from './engine.ts'
import { packImage } from './pack-image.ts'
import { makeOwnFolder } from '../../machine/own-folder.ts'

const made = new Map<string, Promise<string>>()

/**
 * The image for a plan: nothing but the links and the few files that it makes. Everything else is mounted. It is imported from a
 * file made here, never pulled, and kept: it is known by its contents, and some kilobytes.
 *
 * @throws SandboxError `MB_SANDBOX_FAILED`
 */
export async function makeImage(engine: Engine, plan: JailPlan): Promise<string> {
  const archive = packImage(plan.parts)
  const name = `localhost/mb-sandbox:${sha256(archive).slice(0, 32)}`
  const known = made.get(name) ?? importImage(engine, name, archive)
  made.set(name, known)
  known.catch(() => made.delete(name))
  return known
}

async function importImage(engine: Engine, name: string, archive: Uint8Array): Promise<string> {
  if (await hasImage(engine, name)) return name
  const folder = makeOwnFolder('image')
  try {
    const file = join(folder, 'image.tar')
    await writeFile(file, archive)
    await runEngine(engine, ['import', file, name])
    return name
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function hasImage(engine: Engine, name: string): Promise<boolean> {
  try {
    return (await runEngine(engine, ['image', 'inspect', '--format', '{{.Id}}', name])) !== ''
  } catch {
    return false
  }
}
