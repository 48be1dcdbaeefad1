import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseHierarchies } from './hierarchies.ts'

const mount = (fields: { root?: string; at: string; type: string; options: string }): string =>
  `30 23 0:26 ${fields.root ?? '/'} ${fields.at} rw,nosuid shared:9 - ${fields.type} cgroup ${fields.options}`

describe('parseHierarchies()', () => {
  it('finds the folder of a process in version 2', () => {
    expect(
      parseHierarchies(
        mount({ at: '/sys/fs/cgroup', type: 'cgroup2', options: 'rw,nsdelegate' }),
        '0::/user.slice/user-1000.slice/session-3.scope\n',
      ),
    ).toEqual([
      {
        version: 2,
        controllers: [],
        root: '/sys/fs/cgroup',
        folder: '/sys/fs/cgroup/user.slice/user-1000.slice/session-3.scope',
      },
    ])
  })

  it('finds those of version 1 that keep something, also two in one, and version 2 beside them', () => {
    const mounts = [
      mount({ at: '/sys/fs/cgroup/memory', type: 'cgroup', options: 'rw,memory' }),
      mount({ at: '/sys/fs/cgroup/cpu,cpuacct', type: 'cgroup', options: 'rw,cpu,cpuacct' }),
      mount({ at: '/sys/fs/cgroup/freezer', type: 'cgroup', options: 'rw,freezer' }),
      mount({ at: '/sys/fs/cgroup/unified', type: 'cgroup2', options: 'rw' }),
      '31 23 0:27 / /tmp rw - tmpfs tmpfs rw',
    ].join('\n')
    const memberships = '5:memory:/jobs/7\n4:cpu,cpuacct:/\n3:freezer:/\n0::/\n'
    expect(parseHierarchies(mounts, memberships)).toEqual([
      {
        version: 1,
        controllers: ['memory'],
        root: '/sys/fs/cgroup/memory',
        folder: '/sys/fs/cgroup/memory/jobs/7',
      },
      {
        version: 1,
        controllers: ['cpuacct'],
        root: '/sys/fs/cgroup/cpu,cpuacct',
        folder: '/sys/fs/cgroup/cpu,cpuacct',
      },
      {
        version: 2,
        controllers: [],
        root: '/sys/fs/cgroup/unified',
        folder: '/sys/fs/cgroup/unified',
      },
    ])
  })

  it('finds the folder in a container that shows only its own part', () => {
    const mounts = mount({ root: '/docker/a', at: '/cg', type: 'cgroup2', options: 'rw' })
    expect(parseHierarchies(mounts, '0::/docker/a/b\n')).toMatchObject([{ folder: '/cg/b' }])
  })

  it('takes no folder of a mount that shows another part', () => {
    for (const root of ['/docker/b', '/..', '/../other'])
      expect(
        parseHierarchies(
          mount({ root, at: '/cg', type: 'cgroup2', options: 'rw' }),
          '0::/docker/a\n',
        ),
      ).toEqual([])
  })

  it('finds nothing in whatever else it is given', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (mounts, memberships) => {
        expect(parseHierarchies(mounts, memberships)).toEqual([])
      }),
    )
  })
})
