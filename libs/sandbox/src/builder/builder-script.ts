import type { Loader } from '../loader/loader.ts'
import { perlBuilder } from './perl-builder.ts'
import { pythonBuilder } from './python-builder.ts'

/** What a loader's program is given to take the steps of a plan. */
export function builderScript({ kind }: Loader): string {
  return scripts[kind]
}

const scripts: Readonly<Record<Loader['kind'], string>> = {
  perl: perlBuilder,
  python: pythonBuilder,
  helper: 'builder',
}
