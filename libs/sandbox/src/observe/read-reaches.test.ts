import { describe, expect, it } from 'vitest'
import { readReaches } from './read-reaches.ts'
import { StraceLines } from './strace-line.ts'

const folder = Buffer.from('/work')

/** What a line comes to, with paths as text. Strings may be plain: versions differ in when they write hexadecimal. */
function reachesOf(line: string): readonly unknown[] {
  const call = new StraceLines().read(`1 ${line}`)
  if (call === undefined) return ['unread']
  return readReaches(call, folder).map((reach) =>
    Object.fromEntries(
      Object.entries(reach).map(([key, value]) => [
        key,
        Buffer.isBuffer(value) ? value.toString() : value,
      ]),
    ),
  )
}

describe('readReaches()', () => {
  it.each([
    [
      'openat(AT_FDCWD</w>, "f", O_RDONLY) = 3</w/f>',
      { access: 'read', path: '/w/f', real: '/w/f' },
    ],
    [
      'open("f", O_WRONLY|O_CREAT, 0644) = 3</work/f>',
      { access: 'write', path: '/work/f', real: '/work/f' },
    ],
    [
      'openat(AT_FDCWD</w>, "/t", O_RDWR|O_TMPFILE, 0600) = 3</t/#1>(deleted)',
      { access: 'replace', path: '/t', real: '/t/#1' },
    ],
    [
      'openat(9</w>, "f", O_WRONLY|O_PATH) = 3</w/f>',
      { access: 'read', path: '/w/f', real: '/w/f' },
    ],
    [
      'newfstatat(3</w/f>, "", {st_mode=S_IFREG|0644}, AT_EMPTY_PATH) = 0',
      { access: 'read', path: '/w/f' },
    ],
    [
      'access("f", R_OK) = -1 ENOENT (No such file or directory)',
      { access: 'read', path: '/work/f', error: 'ENOENT' },
    ],
    ['getdents64(3</w>, 0x55 /* 5 entries */, 32768) = 128', { access: 'list', path: '/w' }],
    [
      'execve("./tool", ["./tool"], 0x7f /* 3 vars */) = 0',
      { access: 'run', path: '/work/./tool' },
    ],
    ['mkdir("d", 0777) = 0', { access: 'replace', path: '/work/d' }],
    ['unlinkat(AT_FDCWD</w>, "f", 0) = 0', { access: 'replace', path: '/w/f' }],
    ['symlink("anything", "l") = 0', { access: 'replace', path: '/work/l' }],
    ['fchmod(3</w/f>, 0600) = 0', { access: 'write', path: '/w/f' }],
    ['utimensat(3</w/f>, NULL, NULL, 0) = 0', { access: 'write', path: '/w/f' }],
  ])('reads %s', (line, reach) => {
    expect(reachesOf(line)).toEqual([{ kind: 'path', ...reach }])
  })

  it('reads both paths of a rename', () => {
    expect(reachesOf('rename("a", "/b") = 0')).toEqual([
      { kind: 'path', access: 'replace', path: '/work/a' },
      { kind: 'path', access: 'replace', path: '/b' },
    ])
  })

  it('reads where a connection goes, of every family', () => {
    expect(
      reachesOf(
        'connect(3<socket:[1]>, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("192.0.2.1")}, 16) = -1 ENETUNREACH (x)',
      ),
    ).toEqual([{ kind: 'address', address: '192.0.2.1', port: 80 }])
    expect(
      reachesOf(
        'connect(3<socket:[1]>, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0}, 28) = 0',
      ),
    ).toEqual([{ kind: 'address', address: '2001:db8::1', port: 443 }])
    expect(
      reachesOf(
        'connect(3<socket:[1]>, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("\\x1b[2J")}, 16) = 0',
      ),
    ).toEqual([])
  })

  it('takes no pipe or socket for a path', () => {
    expect(reachesOf('newfstatat(3<pipe:[12]>, "", {}, AT_EMPTY_PATH) = 0')).toEqual([])
    expect(reachesOf('fchmod(3<socket:[12]>, 0600) = 0')).toEqual([])
  })
})
