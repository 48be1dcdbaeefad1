import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseMessage } from './message.ts'
import { ProtocolFault } from './protocol-fault.ts'

const numRuns = process.env['MB_TEST_SIZE'] === 'full' ? 20_000 : 1000

function outcome(text: string): string {
  try {
    return parseMessage(text).kind
  } catch (error) {
    return error instanceof Error ? error.name : String(error)
  }
}

describe('parseMessage()', () => {
  it.each([
    ['no JSON', '{', 'a line is not JSON'],
    ['no object', '[]', 'a line is no JSON object'],
    ['null', 'null', 'a line is no JSON object'],
    ['no version', '{"id":1,"result":1}', 'a message lacks "jsonrpc": "2.0"'],
    ['an id of 0', '{"jsonrpc":"2.0","id":0,"result":1}', '"id" is no whole number from 1'],
    ['an id of text', '{"jsonrpc":"2.0","id":"1","result":1}', '"id" is no whole number from 1'],
    ['a fraction', '{"jsonrpc":"2.0","id":1.5,"result":1}', '"id" is no whole number from 1'],
    ['a huge id', '{"jsonrpc":"2.0","id":1e20,"result":1}', '"id" is no whole number from 1'],
    ['neither', '{"jsonrpc":"2.0","id":1}', 'a message is neither call nor answer'],
    [
      'both',
      '{"jsonrpc":"2.0","id":1,"result":1,"error":{"code":1,"message":""}}',
      'an answer has a result and an error',
    ],
    ['a list of params', '{"jsonrpc":"2.0","method":"a","params":[]}', '"params" is no object'],
    ['an empty method', '{"jsonrpc":"2.0","method":""}', '"method" is no name'],
    ['a long method', `{"jsonrpc":"2.0","method":"${'a'.repeat(65)}"}`, '"method" is no name'],
    [
      'a wrong error',
      '{"jsonrpc":"2.0","id":1,"error":{"code":"1"}}',
      '"error" lacks its code or its message',
    ],
    [
      'a prototype',
      '{"jsonrpc":"2.0","method":"a","params":{"x":[{"__proto__":{"admin":true}}]}}',
      'a message has a key "__proto__"',
    ],
    [
      'a prototype, escaped',
      String.raw`{"jsonrpc":"2.0","method":"a","params":{"\u005f_proto__":1}}`,
      'a message has a key "__proto__"',
    ],
    [
      'too deep nesting',
      `{"jsonrpc":"2.0","method":"a","params":{"x":${'['.repeat(500_000)}${']'.repeat(500_000)}}}`,
      'a message is nested more than 100 deep',
    ],
  ])('refuses %s', (_, line, reason) => {
    expect(() => parseMessage(line)).toThrow(new ProtocolFault('malformed', reason))
  })

  it('control: takes the same with an ordinary key', () => {
    const line = '{"jsonrpc":"2.0","method":"a","params":{"x":[{"proto":{"admin":true}}]}}'
    expect(parseMessage(line)).toEqual({
      kind: 'notification',
      method: 'a',
      params: { x: [{ proto: { admin: true } }] },
    })
  })

  it('does not see members that it does not have itself', () => {
    // What a plugin's code did to its own Object.prototype.
    // oxlint-disable-next-line no-extend-native -- that is the attack
    Object.defineProperty(Object.prototype, 'method', { value: 'kv.get', configurable: true })
    try {
      expect(parseMessage('{"jsonrpc":"2.0","id":1,"result":2}')).toEqual({
        kind: 'result',
        id: 1,
        value: 2,
      })
    } finally {
      Reflect.deleteProperty(Object.prototype, 'method')
    }
  })

  it('either gives a message or throws ProtocolFault, whatever it reads', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((value) => `{"jsonrpc":"2.0","method":${value}}`),
    )
    fc.assert(
      fc.property(texts, (text) => {
        expect(outcome(text)).toMatch(/^(?:ProtocolFault|request|notification|result|error)$/)
      }),
      { numRuns },
    )
  })
})
