import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readHost } from './net-option.ts'

describe('readHost()', () => {
  it.each([
    ['example.com', { host: 'example.com' }],
    ['example.com:443', { host: 'example.com', ports: [443] }],
    ['*.example.com:8080', { host: '*.example.com', ports: [8080] }],
    ['*', { host: '*' }],
    ['127.0.0.1:80', { host: '127.0.0.1', ports: [80] }],
    ['[::1]', { host: '::1' }],
    ['[2001:db8::7]:443', { host: '2001:db8::7', ports: [443] }],
  ])('reads %j', (text, permission) => {
    expect(readHost(text)).toEqual(permission)
  })

  it.each([
    [
      '',
      'Cannot allow "" with --net: it names no host',
      'Write HOST or HOST:PORT, such as example.com:443',
    ],
    [
      ':443',
      'Cannot allow ":443" with --net: it names no host',
      'Write HOST or HOST:PORT, such as example.com:443',
    ],
    [
      '[example.com]:443',
      'Cannot allow "[example.com]:443" with --net: it names no host',
      'Write HOST or HOST:PORT, such as example.com:443',
    ],
    [
      '::1',
      'Cannot allow "::1" with --net: it is an address of IPv6 without brackets',
      'Write it as [::1]',
    ],
    [
      'a:0',
      'Cannot allow "a:0" with --net: its port is none from 1 to 65535',
      'Write one port, such as example.com:443',
    ],
    [
      'a:65536',
      'Cannot allow "a:65536" with --net: its port is none from 1 to 65535',
      'Write one port, such as example.com:443',
    ],
    [
      'a:http',
      'Cannot allow "a:http" with --net: its port is none from 1 to 65535',
      'Write one port, such as example.com:443',
    ],
    [
      'a:',
      'Cannot allow "a:" with --net: its port is none from 1 to 65535',
      'Write one port, such as example.com:443',
    ],
    [
      'a:443/page',
      'Cannot allow "a:443/page" with --net: its port is none from 1 to 65535',
      'Leave out the path: a host is granted as a whole',
    ],
    [
      'a:80,443',
      'Cannot allow "a:80,443" with --net: its port is none from 1 to 65535',
      'Give the option again for each port; a policy file takes a list of them',
    ],
    [
      'https://user:secret@a.example/x?token=secret',
      'Cannot allow that with --net: it is a URL',
      'Name the host alone: a.example:443',
    ],
    [
      'http://a.example:8080/',
      'Cannot allow that with --net: it is a URL',
      'Name the host alone: a.example:8080',
    ],
  ])('refuses %j', (text, message, hint) => {
    expect(() => readHost(text)).toThrow(
      expect.objectContaining({ code: 'MB_CLI_VALUE', message, hint }),
    )
  })

  it('reads what it would write', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6()),
        fc.integer({ min: 1, max: 65_535 }),
        (host, port) => {
          const written = host.includes(':') ? `[${host}]` : host
          expect(readHost(`${written}:${port}`)).toEqual({ host, ports: [port] })
        },
      ),
    )
  })
})
