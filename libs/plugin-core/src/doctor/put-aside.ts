import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { syncDirectory, type Clock } from '@mb/kernel'
import type { HomeLayout } from '../store/home-layout.ts'

/** Moves what cannot be used out of the way, to the top of the home, where somebody may look into it. */
export async function putAside(
  path: string,
  { layout, clock }: { readonly layout: HomeLayout; readonly clock: Clock },
  name: string = basename(path),
): Promise<void> {
  if (!existsSync(path)) return
  await rename(path, join(layout.home, `${name}.damaged-${clock.now()}`))
  await syncDirectory(dirname(path))
  await syncDirectory(layout.home)
}
