import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { settingKeys } from '@mb/plugin-core/configuration'
import { expect, it } from 'vitest'
import { root } from './workspaces.ts'

it('the guide tells of every setting, and of no other', async () => {
  const page = await readFile(join(root, 'docs/guides/settings.md'), 'utf8')
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
  const told = rows.flatMap((row) =>
    Array.from((row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g), ([, key]) => key),
  )
  expect(new Set(told)).toEqual(new Set(settingKeys))
})
