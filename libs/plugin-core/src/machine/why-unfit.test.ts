import { describe, expect, it } from 'vitest'
import { thisMachine, whyUnfit, type Machine } from './why-unfit.ts'

const machine: Machine = {
  platform: 'linux-x64',
  engines: { milkbottle: '1.4.0', node: '24.1.0' },
}
const nothing = { engines: {}, platforms: [] }

describe('whyUnfit()', () => {
  it.each([
    nothing,
    { ...nothing, platforms: ['linux'] },
    { ...nothing, platforms: ['darwin', 'linux-x64'] },
    { ...nothing, engines: { milkbottle: '^1.2.0', node: '>=22' } },
    { ...nothing, engines: { python: '>=99' } },
  ])('finds nothing against %j', (needs) => expect(whyUnfit(needs, machine)).toBeUndefined())

  it.each([
    [
      { ...nothing, platforms: ['darwin', 'win32-x64'] },
      'MB_PLUGIN_PLATFORM',
      'is made for darwin, win32-x64, and this machine is linux-x64',
    ],
    [
      { ...nothing, engines: { milkbottle: '^2.0.0' } },
      'MB_PLUGIN_ENGINE',
      'needs MilkBottle ^2.0.0, and this is MilkBottle 1.4.0',
    ],
    [
      { ...nothing, engines: { node: '<24' } },
      'MB_PLUGIN_ENGINE',
      'needs Node <24, and this is Node 24.1.0',
    ],
  ])('says of %j why', (needs, code, reason) =>
    expect(whyUnfit(needs, machine)).toEqual({ code, reason }),
  )

  it('takes a pre-release for the version that it is to become', () => {
    const trial = { ...machine, engines: { ...machine.engines, milkbottle: '2.0.0-rc.1' } }
    expect(whyUnfit({ ...nothing, engines: { milkbottle: '>=1.0.0' } }, trial)).toBeUndefined()
  })
})

describe('thisMachine()', () => {
  it('tells the platform and the versions that run here', () => {
    expect(thisMachine()).toEqual({
      platform: expect.stringMatching(`^${process.platform}-${process.arch}`),
      engines: { milkbottle: expect.stringMatching(/^\d+\.\d+\.\d+/), node: process.versions.node },
    })
  })
})
