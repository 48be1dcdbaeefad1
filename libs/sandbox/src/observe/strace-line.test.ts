import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readDescriptor, readQuoted, StraceLines } from './strace-line.ts'

/** As `strace -xx` writes bytes. */
function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
}

describe('StraceLines.read()', () => {
  it('reads the arguments of a call and what it returned', () => {
    const line =
      '12 openat(AT_FDCWD<\\x2f\\x61>, "\\x62", O_RDONLY|O_CLOEXEC) = 3<\\x2f\\x61\\x2f\\x62>'
    expect(new StraceLines().read(line)).toEqual({
      pid: 12,
      name: 'openat',
      words: ['AT_FDCWD<\\x2f\\x61>', '"\\x62"', 'O_RDONLY|O_CLOEXEC'],
      result: '3<\\x2f\\x61\\x2f\\x62>',
    })
  })

  it('takes a structure for one argument', () => {
    const line =
      '7 newfstatat(3<\\x2f>, "", {st_mode=S_IFREG|0644, st_rdev=makedev(0x1, 0x3), ...}, AT_EMPTY_PATH) = 0'
    expect(new StraceLines().read(line)?.words).toEqual([
      '3<\\x2f>',
      '""',
      '{st_mode=S_IFREG|0644, st_rdev=makedev(0x1, 0x3), ...}',
      'AT_EMPTY_PATH',
    ])
  })

  it('joins the halves of a call that another thread has come in between', () => {
    const lines = new StraceLines()
    expect(lines.read('7 chdir("\\x61" <unfinished ...>')).toBeUndefined()
    expect(lines.read('8 chdir("\\x62") = 0')?.pid).toBe(8)
    expect(lines.read('7 <... chdir resumed>) = -1 ENOENT (No such file or directory)')).toEqual({
      pid: 7,
      name: 'chdir',
      words: ['"\\x61"'],
      result: '-1 ENOENT (No such file or directory)',
    })
  })

  it('reads whatever bytes a program puts into a path', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (folder, name) => {
        const line = `1 openat(AT_FDCWD<${hex(folder)}>, "${hex(name)}", O_RDONLY) = 3<${hex(name)}>`
        const call = new StraceLines().read(line)
        expect(readDescriptor(call?.words[0] ?? '')).toEqual(Buffer.from(folder))
        expect(readQuoted(call?.words[1] ?? '')).toEqual(Buffer.from(name))
        expect(readDescriptor(call?.result ?? '')).toEqual(Buffer.from(name))
      }),
    )
  })

  it('throws on no line', () => {
    const line = fc.oneof(
      fc.string(),
      fc.string().map((text) => `1 open(${text}`),
      fc
        .array(
          fc.constantFrom('1 ', 'open', '(', ')', '"', '\\', '<', '>', '{', ',', ' = ', '0', '...'),
        )
        .map((parts) => parts.join('')),
    )
    const lines = new StraceLines()
    fc.assert(
      fc.property(line, (text) => {
        lines.read(text)
      }),
    )
  })

  it('forgets threads that were killed in a call', () => {
    const lines = new StraceLines()
    for (let pid = 1; pid <= 30_000; pid += 1) lines.read(`${pid} chdir("\\x61" <unfinished ...>`)
    expect(lines.read('30000 <... chdir resumed>) = 0')?.name).toBe('chdir')
    expect(lines.read('1 <... chdir resumed>) = 0')).toBeUndefined()
  })
})

describe('readQuoted()', () => {
  it('reads what older versions write as letters and in octal', () => {
    expect(readQuoted(String.raw`"a\"\n\t\\\0\177\303\251"`)).toEqual(
      Buffer.from('a"\n\t\\\0\u007fé'),
    )
  })

  it('takes no string that was cut', () => {
    expect(readQuoted('"\\x61"...')).toBeUndefined()
    expect(readQuoted('0x7ffd')).toBeUndefined()
  })
})
