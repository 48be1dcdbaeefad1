import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { openKeyStore, packagePlugin } from '@mb/sdk'
import type { Context } from '../../context.ts'
import { isFolder } from '../../is-folder.ts'
import type { Invocation } from '../../parse/invocation.ts'

/** An archive to send, which goes away afterwards if it was made for that. */
export interface PackedSource extends AsyncDisposable {
  readonly file: string
}

/** The archive that the person named, or one of the folder they named: built, packed and signed. */
export async function packSource(invocation: Invocation, context: Context): Promise<PackedSource> {
  const source = resolve(context.workspace, invocation.argument('source'))
  if (!(await isFolder(source))) return { file: source, [Symbol.asyncDispose]: async () => {} }
  const sign = await openKeyStore(context.home).get(invocation.option('key'))
  const output = await mkdtemp(join(tmpdir(), 'mb-publish-'))
  const remove = (): Promise<void> => rm(output, { recursive: true, force: true })
  try {
    const { archives } = await context.progress.during(
      'Packing the plugin',
      packagePlugin(source, {
        forms: ['tar.gz'],
        output,
        sign,
        target: invocation.option('target'),
        build: !invocation.has('no-build'),
        stdio: context.settings.isVerbose && !context.settings.isJson ? 'inherit' : 'pipe',
        signal: context.signal,
      }),
    )
    const [archive] = archives
    if (archive === undefined) throw new TypeError('Cannot publish: nothing was packed')
    return { file: archive.file, [Symbol.asyncDispose]: remove }
  } catch (error) {
    await remove()
    throw error
  }
}
