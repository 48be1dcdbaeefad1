import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { findRunner } from './find-runner.ts'
import type { PluginProgram, ProgramRequest } from './plugin-program.ts'

/** Node as this process has it, with its permission model as an inner layer. */
export async function nodeProgram(request: ProgramRequest): Promise<PluginProgram> {
  const { nodeFlags } = await import('@mb/sandbox/node-flags')
  const { code, manifest, write, memoryBytes, hasNetwork } = request
  const node = await realpath(process.execPath)
  const runner = findRunner()
  const read = [code, ...runner.mounts, ...request.read]
  const flags = nodeFlags({ read, write, memoryBytes, hasNetwork })
  return {
    command: node,
    arguments: [...flags, runner.file, join(code, manifest.entry)],
    mounts: [node, ...runner.mounts],
    isOurs: true,
  }
}
