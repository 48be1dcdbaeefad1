import { describe, expect, it } from 'vitest'
import { readMachine } from './read-machine.ts'

describe('readMachine()', () => {
  it('tells which setting forbids user namespaces, and the recipe for it', async () => {
    const settings = new Map([
      ['kernel/apparmor_restrict_unprivileged_userns', '1'],
      ['user/max_user_namespaces', '63000'],
    ])
    const { userNamespaces } = await readMachine((name) => settings.get(name))
    expect(userNamespaces).toEqual({
      settings: {
        'kernel.apparmor_restrict_unprivileged_userns': '1',
        'user.max_user_namespaces': '63000',
      },
      forbiddenBy: 'kernel.apparmor_restrict_unprivileged_userns',
      fix: expect.stringContaining('sudo apparmor_parser -r /etc/apparmor.d/bwrap'),
    })
  })

  it('says nothing of a fix where nothing is forbidden', async () => {
    const { userNamespaces, seccomp } = await readMachine(() => undefined)
    expect({ userNamespaces, seccomp }).toEqual({
      userNamespaces: { settings: {} },
      seccomp: false,
    })
  })

  it.runIf(process.platform === 'linux')('reads this machine', async () => {
    expect(await readMachine()).toMatchObject({
      platform: 'linux',
      architecture: process.arch,
      kernel: expect.stringMatching(/^\d+\.\d+/),
      cgroups: expect.any(Array),
      scope: { state: expect.stringMatching(/^(?:not needed|usable|unusable)$/) },
    })
  })
})
