import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { verdictOf, type Severity } from '../finding.ts'
import { rules } from './rules.ts'

describe('rules', () => {
  it('have ids and names of their own', () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length)
    expect(new Set(rules.map(({ rule }) => rule)).size).toBe(rules.length)
    for (const { id, rule, summary, help } of rules) {
      expect([id, rule]).toEqual([
        expect.stringMatching(/^MB[1-6]\d{3}$/),
        expect.stringMatching(/^[a-z]+(?:-[a-z]+)*$/),
      ])
      expect(summary).toMatch(/\.$/)
      expect(help).not.toMatch(/\.$/)
    }
  })

  it('stand in the README as they are', async () => {
    const page = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8')
    const rows = [...page.matchAll(/^\| (MB\d{4}) \| `([a-z-]+)` *\| (\w+) +\|/gm)]
    expect(rows.map(([, id, rule, severity]) => ({ id, rule, severity }))).toEqual(
      rules.map(({ id, rule, severity }) => ({ id, rule, severity })),
    )
  })
})

describe('verdictOf()', () => {
  it.each<[readonly Severity[], string]>([
    [[], 'pass'],
    [['info', 'low'], 'pass'],
    [['low', 'medium'], 'warn'],
    [['medium', 'high'], 'block'],
    [['critical'], 'block'],
  ])(
    'judges %j as %s, and as an error when something could not be looked at',
    (severities, verdict) => {
      const findings = severities.map((severity) => ({ severity }))
      expect(verdictOf(findings, [])).toBe(verdict)
      expect(verdictOf(findings, [{ message: 'x' }])).toBe('error')
    },
  )
})
