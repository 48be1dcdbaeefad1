import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readJavascript } from './javascript/read-javascript.ts'
import { readPython } from './python/read-python.ts'
import type { EngineResult } from './source-use.ts'

const runs = process.env['MB_TEST_SIZE'] === 'full' ? 5000 : 300

const marks = '( ) [ ] { } ` ${ \' " """ \\ ; , : = := => . ?. ... * + / < # @ !'.split(' ')
const words =
  'eval atob exec import from require const function class def lambda for in if else as with return await async f" rb\' __proto__ constructor'.split(
    ' ',
  )
const pieces = fc.array(
  fc.oneof(
    fc.constantFrom('\n', ...marks, ...words),
    fc.string({ unit: 'grapheme', maxLength: 6 }),
    fc.string({ unit: 'binary', maxLength: 3 }),
  ),
  { maxLength: 60 },
)

/** Whether a result is whole: facts within the source, or why there are none. */
function isWhole(result: EngineResult, source: string): boolean {
  const places = result.ok ? result.facts.map(({ at }) => at) : [result.at]
  return places.every((at) => Number.isSafeInteger(at) && at >= 0 && at <= source.length)
}

describe('readJavascript() and readPython()', () => {
  it('give a whole result for anything', () => {
    fc.assert(
      fc.property(pieces, fc.constantFrom('', ' '), (parts, between) => {
        const source = parts.join(between)
        return (
          isWhole(readJavascript('a.js', source), source) &&
          isWhole(readJavascript('a.ts', source), source) &&
          isWhole(readPython(source), source)
        )
      }),
      { numRuns: runs },
    )
  })
})

/** A text in pieces, as an expression of JavaScript and of Python alike. */
const split = (text: string, cuts: readonly number[]): string => {
  const places = [...new Set(cuts.map((cut) => cut % text.length))].toSorted((a, b) => a - b)
  return [0, ...places].map((from, at) => JSON.stringify(text.slice(from, places[at]))).join(' + ')
}

const name = fc
  .tuple(fc.constantFrom('_', 'a', 'Zz', '_0x'), fc.stringMatching(/^[a-z0-9]{1,6}$/))
  .map(([start, rest]) => `${start}${rest}1`)

/** What is told, each thing once. */
function told(result: EngineResult): readonly string[] {
  const facts = result.ok ? result.facts : []
  return [...new Set(facts.map((fact) => (fact.kind === 'breach' ? fact.rule : fact.what)))]
}

describe('an attack is told', () => {
  it('however names are chosen and texts are split, in JavaScript', () => {
    const attack = fc.tuple(
      fc.uniqueArray(name, { minLength: 3, maxLength: 3 }),
      fc.array(fc.nat(), { maxLength: 6 }),
    )
    fc.assert(
      fc.property(attack, ([[a = '', b = '', c = ''], cuts]) => {
        const source = `const ${a} = globalThis[${split('Buffer', cuts)}]; let ${b}
          ${b} = ${a}.from(text, ${split('base64', cuts)}).toString()
          function ${c}(${a}) { (0, globalThis[${split('eval', cuts)}])(${a}) } ${c}(${b})
          require(${split('child_process', cuts)})`
        expect(told(readJavascript('a.js', source))).toEqual(['decode-and-run', 'child_process'])
      }),
      { numRuns: runs },
    )
  })

  it('however names are chosen and texts are split, in Python', () => {
    const attack = fc.tuple(
      fc.uniqueArray(name, { minLength: 3, maxLength: 3 }),
      fc.array(fc.nat(), { maxLength: 6 }),
    )
    fc.assert(
      fc.property(attack, ([[a = '', b = '', c = ''], cuts]) => {
        const source = `import builtins as ${a}
${b} = __import__(${split('base64', cuts)})
def ${c}():
    return ${b}.b64decode(text)
getattr(${a}, ${split('exec', cuts)})(${c}())
__import__(${split('subprocess', cuts)})`
        expect(told(readPython(source))).toEqual(['decode-and-run', 'subprocess'])
      }),
      { numRuns: runs },
    )
  })
})
