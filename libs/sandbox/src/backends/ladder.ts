import type { BackendName } from '../backend.ts'

/** The backends that are tried on a system where none is named, the strongest first. */
export function ladderOf(platform: NodeJS.Platform): readonly BackendName[] {
  return ladders[platform] ?? []
}

const ladders: Readonly<Partial<Record<NodeJS.Platform, readonly BackendName[]>>> = {
  linux: ['bubblewrap', 'namespaces', 'container', 'landlock'],
  darwin: ['seatbelt', 'container'],
  win32: ['container'],
}
