import { describe, expect, it } from 'vitest'
import { checkManifest } from './check-manifest.ts'
import { hostileManifests } from './hostile-manifests.fixture.ts'

describe('checkManifest() refuses', () => {
  it.each(hostileManifests)('$what: $code', ({ bad, control, code, format = 'yaml' }) => {
    const { ok, findings } = checkManifest(bad, { format })
    expect(ok).toBe(false)
    expect(
      findings.filter(({ severity }) => severity === 'error').map((each) => each.code),
    ).toContain(code)
    for (const { message, hint = '', path } of findings)
      expect(`${message}${hint}${path}`).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(checkManifest(control, { format })).toMatchObject({ ok: true, findings: [] })
  })
})
