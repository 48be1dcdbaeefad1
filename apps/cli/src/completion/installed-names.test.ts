import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { installedPlugins, signingKeys } from './installed-names.ts'

async function homeOf(
  paths: readonly string[],
): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'mb-names-'))
  for (const each of paths) {
    if (each.endsWith('/')) await mkdir(join(path, each), { recursive: true })
    else await writeFile(join(path, each), '')
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

describe('installedPlugins()', () => {
  it('gives bare names, and ids where two namespaces share one', async () => {
    await using home = await homeOf([
      'plugins/acme/notes/1.0.0/',
      'plugins/acme/pdf/1.0.0/',
      'plugins/local/pdf/2.0.0/',
      'plugins/local/.staging/',
      'plugins/$(id)/x/1.0.0/',
    ])
    expect(installedPlugins(home.path).toSorted()).toEqual(['acme/pdf', 'local/pdf', 'notes'])
  })

  it('gives none where there is no home', () => {
    expect([installedPlugins('/nowhere'), signingKeys('/nowhere')]).toEqual([[], []])
  })
})

describe('signingKeys()', () => {
  it('gives the names of key files alone', async () => {
    await using home = await homeOf(['keys/', 'keys/default.key', 'keys/.x.tmp', 'keys/a;b.key'])
    expect(signingKeys(home.path)).toEqual(['default'])
  })
})
