import { describe, expect, it } from 'vitest'
import type { JailPart, JailPlan } from '../../jail/jail-plan.ts'
import { containerArguments, type ContainerOrder } from './container-arguments.ts'

const order: ContainerOrder = {
  kind: 'docker',
  name: 'mb-sandbox-1-2-3',
  image: 'localhost/mb-sandbox:0',
  folder: '/tmp/mb-container-x',
  user: 1000,
  group: 1001,
  ulimits: { nofile: 1024, nproc: 4096 },
  hasInput: false,
}
const parts: readonly JailPart[] = [
  { kind: 'bind', path: '/usr', writable: false, directory: true },
  { kind: 'link', path: '/bin', target: 'usr/bin' },
  { kind: 'file', path: '/etc/passwd', text: 'text' },
  { kind: 'proc', path: '/proc' },
  { kind: 'tmpfs', path: '/proc/1', bytes: 4096 },
  { kind: 'close', path: '/proc/1' },
  { kind: 'devices', path: '/dev' },
  { kind: 'tmpfs', path: '/tmp', bytes: 65_536 },
  { kind: 'bind', path: '/data', writable: true, directory: true },
  { kind: 'tmpfs', path: '/data/a,b', bytes: 4096 },
  { kind: 'close', path: '/data/a,b' },
  { kind: 'bind', path: '/data/key', from: '/dev/null', writable: false, directory: false },
  { kind: 'close', path: '/' },
]

const argumentsFor = (given: readonly JailPart[], changed: Partial<ContainerOrder> = {}) =>
  containerArguments(planOf(given), { ...order, ...changed })

describe('containerArguments()', () => {
  it('has Docker make a jail of the plan', () => {
    expect(argumentsFor(parts)).toEqual([
      'run',
      '--rm',
      '--name',
      'mb-sandbox-1-2-3',
      '--pull=never',
      '--sig-proxy=false',
      '--log-driver=none',
      '--hostname=sandbox',
      '--network=none',
      '--cap-drop=ALL',
      '--security-opt=no-new-privileges',
      '--security-opt=seccomp=unconfined',
      '--security-opt=label=disable',
      '--read-only',
      '--ipc=private',
      '--cgroupns=private',
      '--user',
      '1000:1001',
      '--ulimit',
      'nofile=1024:1024',
      '--ulimit',
      'nproc=4096:4096',
      '--mount',
      'type=bind,src=/usr,dst=/usr,ro=true',
      '--tmpfs',
      '/tmp:rw,exec,nosuid,nodev,size=65536,mode=1777',
      '--mount',
      'type=bind,src=/data,dst=/data',
      '--mount',
      'type=tmpfs,"dst=/data/a,b",tmpfs-size=4096,tmpfs-mode=0555,ro=true',
      '--mount',
      'type=bind,src=/dev/null,dst=/data/key,ro=true',
      '--mount',
      'type=tmpfs,dst=/sys,tmpfs-size=4096,tmpfs-mode=0555',
      '--mount',
      'type=tmpfs,dst=/sys/fs/cgroup,tmpfs-size=4096,tmpfs-mode=0555,ro=true',
      '--mount',
      'type=bind,src=/tmp/mb-container-x,dst=/run/mb-sandbox,ro=true',
      'localhost/mb-sandbox:0',
    ])
  })

  it('has Podman make a user namespace as well: of all of root, or of this user', () => {
    const root = argumentsFor([], { kind: 'podman', user: 0 })
    expect(root).toContain('--uidmap=0:0:65536')
    expect(argumentsFor([], { kind: 'podman' })).toContain('--userns=keep-id')
  })

  it('takes input where there is some', () => {
    expect(argumentsFor([], { hasInput: true })).toContain('--interactive')
  })

  it.each(['/a\r\nb', '/a ', '/a\n'])(
    'refuses %j, which an engine would read as another',
    (path) => {
      const part = { kind: 'bind', path, writable: false, directory: true } as const
      expect(() => argumentsFor([part])).toThrow(
        expect.objectContaining({ code: 'MB_SANDBOX_POLICY' }),
      )
    },
  )
})

function planOf(given: readonly JailPart[]): JailPlan {
  return { parts: given, filter: new Uint8Array(), mounts: [], env: {} }
}
