import { describe, expect, it } from 'vitest'
import { explainFailure } from './explain-failure.ts'

const seccomp = 'Allow user namespaces; in a container its seccomp profile forbids them'
const procHint =
  'Show this container its whole /proc: start it with --security-opt systempaths=unconfined'

describe('explainFailure()', () => {
  it.each([
    ['cannot make namespaces: Operation not permitted', {}, seccomp],
    ['No permissions to create new namespace, likely because', {}, seccomp],
    [
      'cannot make namespaces: No space left on device',
      { 'user/max_user_namespaces': '0' },
      'Allow user namespaces: sudo sysctl user.max_user_namespaces=15000',
    ],
    [
      'cannot make namespaces: Operation not permitted',
      { 'kernel/unprivileged_userns_clone': '0' },
      'Allow user namespaces: sudo sysctl kernel.unprivileged_userns_clone=1',
    ],
    [
      'cannot change to an empty root: Permission denied',
      { 'kernel/apparmor_restrict_unprivileged_userns': '1' },
      expect.stringContaining('profile bwrap /usr/bin/bwrap flags=(unconfined) { userns, }'),
    ],
    ['cannot mount /proc: Operation not permitted', {}, procHint],
    ["Can't mount proc on /newroot/proc: Operation not permitted", {}, procHint],
  ])('tells how to allow what is forbidden: %s, %j', (said, settings, hint) => {
    const known = new Map<string, string>(Object.entries(settings))
    const { code, message, ...rest } = explainFailure([said], (name) => known.get(name))
    expect({ code, message, hint: rest.hint }).toEqual({
      code: 'MB_SANDBOX_BACKEND_MISSING',
      message: `Cannot start a sandbox: ${said}`,
      hint,
    })
  })

  it('does not blame the machine for anything else', () => {
    const { code, message } = explainFailure(['cannot mount /a: No such file'], () => undefined)
    expect({ code, message }).toEqual({
      code: 'MB_SANDBOX_FAILED',
      message: 'Cannot start a sandbox: cannot mount /a: No such file',
    })
    expect(explainFailure([], () => undefined).code).toBe('MB_SANDBOX_FAILED')
  })

  it.each([
    [
      ["Can't write data to file /run/home: File too large"],
      'Raise the limit of the size of files: setting up writes some small ones',
    ],
    [
      [],
      'Raise the limit of memory, where there is one: too little ends what sets up as well; else run mb sandbox doctor to see what this machine allows',
    ],
  ])('tells of a limit that is too small to set up in: %j', (said, hint) => {
    expect(explainFailure(said, () => undefined).hint).toBe(hint)
  })
})
