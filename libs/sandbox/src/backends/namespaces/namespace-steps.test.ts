import { describe, expect, it } from 'vitest'
import type { JailPart, JailPlan } from '../../jail/jail-plan.ts'
import { namespaceSteps } from './namespace-steps.ts'

const folder = (path: string, writable = false): JailPart => ({
  kind: 'bind',
  path,
  writable,
  directory: true,
})
const situation = { architecture: 'x64', cwd: '/work', user: 1000, group: 100 } as const

function wordsFor(...parts: readonly JailPart[]): readonly string[] {
  const plan: JailPlan = { parts, filter: Buffer.alloc(8), mounts: [], env: { A: 'b' } }
  return namespaceSteps(plan, situation).map(({ kind, words, values }) =>
    kind === 'write' ? `${words}: ${String(values[1])}` : words,
  )
}

/** What is done for the parts alone. */
function furnishing(...parts: readonly JailPart[]): readonly string[] {
  const words = wordsFor(...parts)
  return words.slice(
    words.lastIndexOf('change to an empty root') + 1,
    words.indexOf("leave the host's files"),
  )
}

describe('namespaceSteps()', () => {
  it('gives up the host before the root is closed, and every right before the filter, which is last', () => {
    const words = wordsFor({ kind: 'close', path: '/' })
    const once = words.filter((each, index) => words.indexOf(each) === index)
    expect(once).toEqual([
      'make namespaces',
      'map the user into its namespace: deny',
      'map the user into its namespace: 0 1000 1',
      'map the user into its namespace: 0 100 1',
      'follow the host',
      'start the first process',
      'leave the session',
      'set the name of the host',
      'bring up the network inside',
      'take the mounts out of the hands of the host',
      'mount /usr',
      'change to an empty root',
      "leave the host's files",
      'protect /',
      'make the inner user namespace',
      'map the user into its namespace: 1000 0 1',
      'map the user into its namespace: 100 0 1',
      'forbid new privileges',
      'give up capabilities',
      'set',
      'enter /work',
      'set the filter',
    ])
  })

  it('makes the folders above a grant, in memory', () => {
    expect(furnishing(folder('/a/b'))).toEqual([
      'make /a',
      'make /a/b',
      'mount /a/b',
      'protect /a/b',
    ])
    const file = { kind: 'bind', path: '/a/f', writable: false, directory: false } as const
    expect(furnishing(file)).toEqual(['make /a', 'make /a/f', 'mount /a/f', 'protect /a/f'])
  })

  it('makes nothing in a folder of the host', () => {
    expect(furnishing(folder('/a', true), folder('/a/b/c'))).toEqual([
      'make /a',
      'mount /a',
      'protect /a',
      'mount /a/b/c',
      'protect /a/b/c',
    ])
  })

  it('makes places in scratch space over a folder of the host', () => {
    const scratch = { kind: 'tmpfs', path: '/a/tmp', bytes: 4096 } as const
    expect(furnishing(folder('/a'), scratch, folder('/a/tmp/b')).slice(3)).toEqual([
      'mount /a/tmp',
      'make /a/tmp/b',
      'mount /a/tmp/b',
      'protect /a/tmp/b',
    ])
  })

  it('mounts an overlay before anything of its folder is, by a path of which no sign has a meaning', () => {
    const overlay = { folder: '/a, b:c', written: '/tmp/v/written', work: '/tmp/v/work' }
    const plan: JailPlan = {
      parts: [folder('/a, b:c', true)],
      filter: Buffer.alloc(8),
      mounts: [],
      env: {},
    }
    const steps = namespaceSteps(plan, { ...situation, overlay })
    const at = steps.findIndex(({ words }) => words.startsWith('show '))
    const shown = steps.slice(at, at + 3)
    expect(shown.map(({ kind }) => kind)).toEqual(['enter', 'call', 'enter'])
    expect(shown[1]?.values.slice(1)).toEqual([
      'overlay',
      '/.mb-host/a, b:c',
      'overlay',
      6,
      'lowerdir=.,upperdir=/.mb-host/tmp/v/written,workdir=/.mb-host/tmp/v/work,userxattr',
    ])
    expect(steps.findIndex(({ words }) => words === 'mount /a, b:c')).toBeGreaterThan(at)
  })
})
