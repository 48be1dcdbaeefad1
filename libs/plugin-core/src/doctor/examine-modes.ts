import { lstatSync } from 'node:fs'
import { errorCode } from '@mb/kernel'
import type { HomeLayout } from '../store/home-layout.ts'
import type { Finding } from './finding.ts'

/** A path whose mode lets others do more than they should. */
export interface OpenMode {
  readonly path: string
  readonly mode: number
  /** What it should be. */
  readonly wanted: number
}

/** What of a home others may write, or read though it is the person's alone. */
export function openModes(layout: HomeLayout): readonly OpenMode[] {
  // There, modes say nothing of who may do what.
  if (process.platform === 'win32') return []
  const { home, plugins, journal, staging, logs } = layout
  const { state, grants, index, kv, usage, audit } = layout
  return [
    // Reading a folder tells names alone; writing to it replaces what is in it.
    ...[home, plugins, journal, staging, logs].map((path) => ({ path, forbidden: 0o022 })),
    ...[state, grants, index, kv, usage, audit].map((path) => ({ path, forbidden: 0o077 })),
  ].flatMap(({ path, forbidden }) => {
    const mode = modeOf(path)
    return mode === undefined || (mode & forbidden) === 0
      ? []
      : [{ path, mode, wanted: mode & ~forbidden }]
  })
}

/** Those modes as findings. */
export function modeFindings(modes: readonly OpenMode[]): readonly Finding[] {
  return modes.map(({ path, mode, wanted }) => ({
    code: 'mode-open',
    severity: (mode & 0o022) === 0 ? 'warning' : 'error',
    message:
      (mode & 0o022) === 0
        ? 'Others on this machine may read what is yours alone'
        : 'Others on this machine may change what your plugins are and may do',
    mend: `Takes it from them: ${mode.toString(8)} becomes ${wanted.toString(8)}`,
    isMendable: true,
    path,
  }))
}

function modeOf(path: string): number | undefined {
  try {
    const facts = lstatSync(path)
    return facts.isSymbolicLink() ? undefined : facts.mode & 0o777
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}
