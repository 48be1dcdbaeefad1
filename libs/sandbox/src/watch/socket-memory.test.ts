import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readHeldSockets, readSocketMemory } from './socket-memory.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mb-sockets-'))
  mkdirSync(join(folder, 'net'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const heading = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when\n'

it('readSocketMemory() adds what waits in internet sockets, sent and received', () => {
  const line =
    '   0: 0100007F:1F90 0100007F:A0B2 01 00000010:00000200 00:00000000 00000000  0 0 1\n'
  writeFileSync(join(folder, 'net/tcp'), heading + line + line)
  writeFileSync(join(folder, 'net/udp6'), heading + line)
  expect(readSocketMemory(folder)).toBe(3 * (16 + 512))
})

it('readSocketMemory() counts each unix socket as what it may hold', () => {
  writeFileSync(join(folder, 'net/unix'), 'Num       RefCount\n00: 2\n00: 3\n')
  expect(readSocketMemory(folder)).toBe(2 * 212_992)
})

it('readSocketMemory() is nothing where there are no sockets, or nothing can be read', () => {
  expect(readSocketMemory(folder)).toBe(0)
  writeFileSync(join(folder, 'net/tcp'), heading)
  expect(readSocketMemory(folder)).toBe(0)
})

it('readSocketMemory() reads no list of sockets that are counted as none', () => {
  const line =
    '   0: 0100007F:1F90 0100007F:A0B2 01 00000010:00000200 00:00000000 00000000  0 0 1\n'
  writeFileSync(join(folder, 'net/tcp'), heading + line)
  writeFileSync(join(folder, 'net/sockstat'), 'sockets: used 1\nTCP: inuse 0 orphan 0 tw 0\n')
  expect(readSocketMemory(folder)).toBe(0)
  writeFileSync(join(folder, 'net/sockstat'), 'sockets: used 1\nTCP: inuse 1 orphan 0 tw 0\n')
  expect(readSocketMemory(folder)).toBe(16 + 512)
})

it('readHeldSockets() counts each socket once, whoever holds it, and nothing else', () => {
  const held = {
    a: { 0: '/dev/null', 1: 'pipe:[7]', 3: 'socket:[8]' },
    b: { 3: 'socket:[8]', 4: 'socket:[9]' },
  }
  for (const [name, links] of Object.entries(held)) {
    mkdirSync(join(folder, name, 'fd'), { recursive: true })
    for (const [descriptor, target] of Object.entries(links))
      symlinkSync(target, join(folder, name, 'fd', descriptor))
  }
  const folders = ['a', 'b', 'gone'].map((name) => join(folder, name))
  expect(readHeldSockets(folders)).toBe(2 * 212_992)
})
