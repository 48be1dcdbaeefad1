import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startRegistry } from './registry.ts'
import { root } from './workspaces.ts'

describe('startRegistry()', () => {
  it('serves our packages on loopback and leaves nothing of them', async () => {
    const registry = await startRegistry()
    const response = await fetch(new URL('@mb%2fkernel', registry.url))
    const packument: unknown = await response.json()
    await registry[Symbol.asyncDispose]()

    expect(registry.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
    expect(packument).toMatchObject({
      name: '@mb/kernel',
      versions: { '0.1.0': { license: 'MIT' } },
    })
    await expect(fetch(registry.url)).rejects.toThrow('fetch failed')
    const storage = join(root, 'node_modules', '.cache', 'mb-registry', 'storage')
    expect(
      existsSync(storage) ? (await readdir(storage)).filter((name) => name === '@mb') : [],
    ).toEqual([])
  })
})
