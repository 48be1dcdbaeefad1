import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { readRecord, writeRecord } from './own-record.ts'
import type { TrustedTool } from './trusted-tool.ts'

const unknown = 'of unknown version'
const asked = new Map<string, Promise<string>>()

/**
 * What a program says its version is. To ask costs a start of it, half as long as a jail, so that its answer is kept for as long as the
 * file stays the same.
 */
export async function readToolVersion(
  tool: TrustedTool,
  cacheDirectory: string | undefined,
): Promise<string> {
  const { path, inode, changedMs } = tool
  const identity = `${path} ${inode} ${changedMs}`
  const known = asked.get(identity)
  if (known !== undefined) return known
  const version = readKept(path, identity, cacheDirectory)
  asked.set(identity, version)
  return version
}

async function readKept(
  path: string,
  identity: string,
  directory: string | undefined,
): Promise<string> {
  if (directory === undefined) return ask(path)
  const kept = readRecord(directory, record)?.split('\n')
  if (kept?.[0] === identity && kept[1] !== undefined && form.test(kept[1])) return kept[1]
  const version = await ask(path)
  if (version !== unknown) await writeRecord(directory, record, `${identity}\n${version}\n`)
  return version
}

const record = 'bubblewrap-version.txt'
const form = /^\d+\.\d+(?:\.\d+)?$/

async function ask(path: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], { env: {}, timeout: 10_000 })
    return /\d+\.\d+(?:\.\d+)?/.exec(stdout)?.[0] ?? unknown
  } catch {
    return unknown
  }
}
