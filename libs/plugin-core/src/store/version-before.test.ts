import { parseManifest } from '@mb/manifest'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HistoryAction, HistoryEntry } from './history.ts'
import type { PluginRecord } from './plugin-record.ts'
import { versionBefore } from './version-before.ts'

const id = 'local/notes'

function record(active: string, kept: readonly string[]): PluginRecord {
  const versions = kept.map((version) => ({
    version,
    digest: '',
    keyId: undefined,
    installedAt: '',
    source: '',
    manifest: parseManifest(
      JSON.stringify({
        name: 'notes',
        version,
        description: 'Takes notes',
        author: 'Acme',
        license: 'MIT',
        entry: 'index.mjs',
      }),
      { format: 'json' },
    ),
  }))
  const present = versions.find(({ version }) => version === active)
  if (present === undefined) throw new RangeError('Cannot be active: it is not kept')
  const { version: _, ...facts } = present
  return { ...facts, id, enabled: true, words: {}, versions, wantedBy: 'person' }
}

/** A history, told from its beginning. */
function history(
  ...steps: readonly (readonly [HistoryAction, string | undefined])[]
): readonly HistoryEntry[] {
  return steps.map(([action, to]) => ({ id, action, to, at: '', change: '' })).toReversed()
}

const all = ['3.0.0', '2.0.0', '1.0.0']

describe('versionBefore()', () => {
  it.each([
    ['nothing but one version', '1.0.0', ['1.0.0'], history(['install', '1.0.0']), undefined],
    ['an update', '2.0.0', all, history(['install', '1.0.0'], ['update', '2.0.0']), '1.0.0'],
    [
      'going back already',
      '2.0.0',
      all,
      history(
        ['install', '1.0.0'],
        ['update', '2.0.0'],
        ['update', '3.0.0'],
        ['rollback', '2.0.0'],
      ),
      '1.0.0',
    ],
    [
      'an older version that was installed on purpose',
      '1.0.0',
      all,
      history(['install', '3.0.0'], ['install', '1.0.0']),
      '3.0.0',
    ],
    [
      'what is no move',
      '2.0.0',
      all,
      history(['install', '1.0.0'], ['update', '2.0.0'], ['disable', '2.0.0'], ['hold', '3.0.0']),
      '1.0.0',
    ],
    [
      'a version that is not kept',
      '3.0.0',
      ['3.0.0', '1.0.0'],
      history(['install', '1.0.0'], ['update', '2.0.0'], ['update', '3.0.0']),
      '1.0.0',
    ],
    [
      'an earlier life',
      '1.0.0',
      ['2.0.0', '1.0.0'],
      history(['install', '2.0.0'], ['uninstall', undefined], ['install', '1.0.0']),
      undefined,
    ],
    ['no history', '3.0.0', all, [], '2.0.0'],
  ])('after %s', (_, active, kept, entries, expected) => {
    expect(versionBefore(record(active, kept), entries)).toBe(expected)
  })

  it('undoes any number of updates, one at a time', () => {
    const versions = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(versions, (numbers) => {
        const way = numbers.map((number) => `${number}.0.0`)
        const steps: (readonly [HistoryAction, string])[] = way.map((to) => ['install', to])
        for (const to of way.slice(0, -1).toReversed()) {
          const active = steps.at(-1)?.[1] ?? ''
          expect(versionBefore(record(active, way), history(...steps))).toBe(to)
          steps.push(['rollback', to])
        }
      }),
    )
  })
})
