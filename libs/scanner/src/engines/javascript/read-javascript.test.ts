import { describe, expect, it } from 'vitest'
import { readJavascript } from './read-javascript.ts'

/** What is found in a source, without the places. */
function found(source: string, file = 'index.js'): readonly string[] {
  const result = readJavascript(file, source)
  if (!result.ok) return [`unparseable: ${result.why}`]
  return [
    ...new Set(
      result.facts.map((fact) =>
        fact.kind === 'use'
          ? fact.capability
          : fact.kind === 'breach'
            ? fact.rule
            : `load ${fact.what}`,
      ),
    ),
  ]
}

describe('readJavascript() tells a use of the network, of files and of processes', () => {
  it.each([
    ['an import', `import { connect } from 'node:net'`, ['network']],
    ['an import without node:', `import * as http from 'http'`, ['network']],
    ['an export from', `export { get } from 'https'`, ['network']],
    ['a require', `const dns = require('dns')`, ['network']],
    ['a require put together', `require('child_' + 'process').exec('id')`, ['processes']],
    ['a require of a template', 'const part = "fs"; require(`node:${part}`)', ['files']],
    ['a require of a list', `require(['net', 'fs'][1])`, ['files']],
    ['a require that was renamed', `const load = require; load('fs')`, ['files']],
    [
      'createRequire',
      `import { createRequire as make } from 'module'; make(import.meta.url)('fs/promises')`,
      ['files'],
    ],
    ['getBuiltinModule', `process.getBuiltinModule('node:fs')`, ['files']],
    ['mainModule', `process.mainModule.require('child_process')`, ['processes']],
    ['an import()', `await import('undici')`, ['network']],
    ['an import() of a joined text', `await import(['node', 'dgram'].join(':'))`, ['network']],
    ['fetch', `fetch('https://example.test')`, ['network']],
    ['fetch as a value', `const get = fetch; get('x')`, ['network']],
    ['fetch by its text', `globalThis['fe' + 'tch']('x')`, ['network']],
    ['fetch by destructuring', `const { fetch: get } = globalThis; get('x')`, ['network']],
    ['fetch through another name', `const root = globalThis; root.fetch('x')`, ['network']],
    ['a WebSocket', `new WebSocket('wss://example.test')`, ['network']],
    ['process.binding', `process.binding('spawn_sync')`, ['processes']],
    ['an addon', `require('./build/Release/addon.node')`, ['processes']],
    ['a worker', `import { Worker } from 'node:worker_threads'`, ['processes']],
    ['require.call', `require.call(null, 'dns')`, ['network']],
    ['fetch by Reflect', `Reflect.get(globalThis, 'fetch')('x')`, ['network']],
    ['fetch by Reflect, named', `const f = Reflect.get(globalThis, 'fe' + 'tch')`, ['network']],
    [
      'fetch by its descriptor',
      `Object.getOwnPropertyDescriptor(globalThis, 'fetch').value('x')`,
      ['network'],
    ],
    [
      'fetch of a pattern with a joined name',
      `const { ['fet' + 'ch']: f } = globalThis`,
      ['network'],
    ],
    ['fetch of a pattern with a quoted name', `const { 'fetch': f } = globalThis`, ['network']],
    ['fetch, cut out of a text', `globalThis['prefetch'.slice(3)]('x')`, ['network']],
    ['fetch, with a letter replaced', `globalThis['f-tch'.replace('-', 'e')]('x')`, ['network']],
    ['require by Reflect', `Reflect.apply(require, null, ['tls'])`, ['network']],
    [
      'names in a list',
      `const words = ['child', 'process']; require(words.join('_'))`,
      ['processes'],
    ],
    ['names in an object', `const o = { a: 'f', b: 's' }; require(o.a + o['b'])`, ['files']],
    ['the loader of mainModule', `process.mainModule.constructor._load('net')`, ['network']],
    ['Module._load', `require('module')._load('fs')`, ['files']],
  ])('%s', (_, source, expected) => {
    expect(found(source)).toEqual(expected)
  })

  it('import = require in TypeScript', () => {
    expect(found(`import cp = require('child_process')`, 'a.ts')).toEqual(['processes'])
  })

  it.each([
    ['a comment', `// require('child_process')\n/* fetch('x') */`],
    ['a text', `const help = "require('fs'), eval(atob('x'))"`],
    ['a template', 'const help = `fetch(url)`'],
    [
      'a member of that name',
      `api.fetch('x'); const o = { fetch: 1, WebSocket() {} }; class A { fetch() {} }`,
    ],
    ['an own function', `function fetch() {} fetch('x')`],
    ['a parameter', `function load(fetch) { return fetch('x') }`],
    ['an import', `import { fetch } from './mine.mjs'; fetch('x')`],
    ['the search for it', `const has = typeof fetch === 'function'`],
    ['an own require', `const require = (name) => table[name]; require('fs')`],
    [
      'harmless modules',
      `import path from 'node:path'; import { inspect } from 'node:util'; require('os')`,
    ],
    ['a label', `fetch: for (;;) break fetch`],
    ['a regular expression', `/require\\('fs'\\)/.test(text)`],
  ])('but not %s', (_, source) => {
    expect(found(source).filter((each) => !each.startsWith('load'))).toEqual([])
  })

  it('nor what only types say', () => {
    const source = `import type { Stats } from 'node:fs'; import { type Socket } from './x.ts'
let a: typeof fetch; function f(x: WebSocket): EventSource { return x as never }
export type { Server } from 'node:http'; interface B { fetch: WebSocket } type C = WebSocket`
    expect(found(source, 'a.ts').filter((each) => !each.startsWith('load'))).toEqual([])
  })
})

describe('readJavascript() tells decoded text that is run, and leaves its look-alike alone', () => {
  it.each([
    [
      'base64 into eval',
      `eval(atob('YWxlcnQoMSk='))`,
      `const text = atob('YWxlcnQoMSk='); console.log(text)`,
    ],
    [
      'a Buffer into eval',
      `eval(Buffer.from('MSsx', 'base64').toString())`,
      `eval(Buffer.from('1+1', 'utf8').toString())`,
    ],
    [
      'hex through a variable',
      `const code = Buffer.from(hex, 'hex').toString('utf8'); eval(code)`,
      `const code = Buffer.from(hex, 'hex').toString('utf8'); JSON.parse(code)`,
    ],
    [
      'char codes',
      `eval(String.fromCharCode(97, 108, 101, 114, 116, 40, 41))`,
      `eval('a' + String.fromCharCode(10) + 'b')`,
    ],
    [
      'mapped char codes',
      `eval([99, 111].map((n) => String.fromCharCode(n ^ 7)).join(''))`,
      `eval(['a', 'b'].map((n) => n.trim()).join(''))`,
    ],
    [
      'char codes as a function',
      `Function(codes.map(String.fromCharCode).join(''))()`,
      `Function('return this')()`,
    ],
    [
      'a loop that adds up',
      `let s = ''; for (const n of [1]) s += String.fromCharCode(n ^ 3); new Function(s)()`,
      `let s = ''; for (const n of names) s += n; new Function(s)()`,
    ],
    [
      'inflated text',
      `import { inflateSync } from 'node:zlib'; eval(inflateSync(data).toString())`,
      `import { inflateSync } from 'node:zlib'; parse(inflateSync(data).toString())`,
    ],
    [
      'a reversed text',
      `eval(')(trela'.split('').reverse().join(''))`,
      `show(')(trela'.split('').reverse().join(''))`,
    ],
    [
      'a spread and reversed text',
      `eval([...')(trela'].reverse().join(''))`,
      `eval([...list].reverse().join(''))`,
    ],
    [
      'escapes',
      `eval('\\x61\\x6c\\x65\\x72\\x74\\x28\\x31\\x29\\x3b\\x3b\\x3b\\x3b\\x3b')`,
      `eval('alert("\\x1b[0m")')`,
    ],
    ['unescape', `eval(unescape('%61%6c'))`, `const name = unescape('%61%6c')`],
    ['vm', `require('vm').runInThisContext(atob(x))`, `require('vm').runInThisContext(source)`],
    [
      'a vm.Script',
      `import vm from 'node:vm'; new vm.Script(Buffer.from(x, 'base64').toString())`,
      `import vm from 'node:vm'; new vm.Script(source, Buffer.from(x, 'base64'))`,
    ],
    ['an indirect eval', `(0, eval)(atob(x))`, `(0, eval)(x)`],
    [
      'an eval of another name',
      `const run = globalThis['ev' + 'al']; run(atob(x))`,
      `const run = globalThis['par' + 'seInt']; run(atob(x))`,
    ],
    ['eval.call', `eval.call(null, atob(x))`, `show.call(null, atob(x))`],
    [
      'the constructor of a method of a list',
      `[].at.constructor(atob(x))()`,
      `[a, b][0].constructor(atob(x)); point.at.constructor(atob(x))`,
    ],
    [
      'the constructor of a method of a text',
      `''.sub['constructor'](atob(x))()`,
      `this.text.constructor(atob(x))`,
    ],
    [
      'eval, by its descriptor',
      `Reflect.getOwnPropertyDescriptor(globalThis, 'eval').value(atob(x))`,
      `Reflect.getOwnPropertyDescriptor(shown, 'eval').value(atob(x))`,
    ],
    [
      'Reflect.apply',
      `Reflect.apply(eval, null, [atob(x)])`,
      `Reflect.apply(show, null, [atob(x)])`,
    ],
    [
      'a constructor of a function',
      `(() => {}).constructor(atob(x))()`,
      `new this.constructor(atob(x))`,
    ],
    [
      'a constructor of a constructor',
      `''['constructor']['constructor'](atob(x))()`,
      `value.constructor(atob(x))`,
    ],
    [
      'an async function',
      `const F = Object.getPrototypeOf(async () => {}).constructor; new F(atob(x))()`,
      `const F = Object.getPrototypeOf(async () => {}).constructor; new F('a', source)`,
    ],
    ['a timer', `setTimeout(atob(x), 10)`, `setTimeout(() => show(atob(x)), 10)`],
    [
      '_compile',
      `module._compile(Buffer.from(x, 'base64').toString(), 'a.js')`,
      `module._compile(source, 'a.js')`,
    ],
    [
      'an own decoder',
      `function open(s) { return Buffer.from(s, 'base64').toString() } eval(open(x))`,
      `function open(s) { return s.trim() } eval(open(x))`,
    ],
    [
      'an own runner',
      `function run(code) { eval(code) } run(atob(x))`,
      `function run(code) { show(code) } run(atob(x))`,
    ],
    [
      'a function called at once',
      `;((code) => { new Function(code)() })(atob(x))`,
      `;((code) => { show(code) })(atob(x))`,
    ],
    ['a decoded part', 'eval(`(${JSON.parse(atob(x))})`)', 'eval(`(${JSON.stringify(x)})`)'],
    [
      'a data: import',
      'await import(`data:text/javascript,${code}`)',
      'await import(`./locales/${code}.mjs`)',
    ],
    [
      'a data: import of base64',
      `import('data:text/javascript;base64,' + text)`,
      `import('./' + text)`,
    ],
    ['a hidden name of a module', `require(atob('ZnM='))`, `require(name)`],
    [
      'a hidden name of a function',
      `globalThis[atob('ZXZhbA==')](x)`,
      `names[atob('ZXZhbA==')](x)`,
    ],
    [
      'a TextDecoder',
      `eval(new TextDecoder().decode(Uint8Array.from([97, 108, 101, 114, 116])))`,
      `show(new TextDecoder().decode(Uint8Array.from([97, 108, 101, 114, 116])))`,
    ],
    [
      'an eval in an object',
      `const tools = { run: eval }; tools.run(atob(x))`,
      `const tools = { run: show }; tools.run(atob(x))`,
    ],
    [
      'a worker of a data: address',
      "import { Worker } from 'worker_threads'; new Worker(new URL(`data:text/javascript,${code}`))",
      "import { Worker } from 'worker_threads'; new Worker(new URL(`./${name}.mjs`, import.meta.url))",
    ],
    [
      'a worker',
      `import { Worker } from 'worker_threads'; new Worker(atob(x), { eval: true })`,
      `import { Worker } from 'worker_threads'; new Worker('./w.js', { workerData: atob(x) })`,
    ],
  ])('%s', (_, attack, twin) => {
    expect(found(attack)).toContain('decode-and-run')
    expect(found(twin)).not.toContain('decode-and-run')
  })

  it.each([
    [
      'exec',
      `require('child_process').exec(atob(x))`,
      `require('child_process').exec('cat', { input: atob(x) })`,
    ],
    [
      'spawn with arguments',
      `import { spawn } from 'child_process'; spawn('sh', ['-c', Buffer.from(x, 'hex').toString()])`,
      `import { spawn } from 'child_process'; spawn('sh', ['-c', text])`,
    ],
    [
      'a pipe in a shell',
      `require('child_process').execSync('echo aWQ= | base64 -d | sh')`,
      `require('child_process').execSync('echo aWQ= | base64 -d > out')`,
    ],
    [
      'an encoded command',
      "require('child_process').exec(`powershell -enc AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA`)",
      `require('child_process').exec('powershell -Command Get-Date')`,
    ],
    [
      'promisify',
      `const run = require('util').promisify(require('child_process').exec); run(atob(x))`,
      `const run = require('util').promisify(show); run(atob(x))`,
    ],
  ])('%s of decoded text', (_, attack, twin) => {
    expect(found(attack)).toContain('decode-and-start')
    expect(found(twin)).not.toContain('decode-and-start')
  })

  it('tells a name of a module that only shows when the code runs', () => {
    expect(found('await import(name); require(name)')).toEqual(['dynamic-import'])
    expect(found(`await import('./a.mjs'); require('b')`)).toEqual(['load ./a.mjs'])
  })

  it('tells files that are loaded as code', () => {
    expect(found(`require('./data.txt'); import('../x.dat?v=1'); require('./a.json')`)).toEqual([
      'load ./data.txt',
      'load ../x.dat',
    ])
  })
})

describe('readJavascript() stays whole', () => {
  it('reads what only a script may hold, what only CommonJS may, and JSX', () => {
    expect(found('with (a) b')).toEqual([])
    expect(found('return 1')).toEqual([])
    expect(found('const a = <b c="d">{e}</b>')).toEqual([])
    expect(found('#!/usr/bin/env node\nimport "fs"')).toEqual(['files'])
  })

  it('names the place of what it cannot read', () => {
    expect(readJavascript('a.mjs', 'const a = ;')).toEqual({
      ok: false,
      why: 'Unexpected token',
      at: 10,
    })
  })

  it.each([
    ['brackets', `${'('.repeat(200_000)}1${')'.repeat(200_000)}`],
    ['lists', `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
    ['blocks', `${'{'.repeat(200_000)}${'}'.repeat(200_000)}`],
    ['templates', `${'`${'.repeat(200_000)}1${'}`'.repeat(200_000)}`],
    ['functions', `x = ${'function(){return '.repeat(2000)}1${'}'.repeat(2000)}`],
  ])('refuses 200,000 nested %s', (_, source) => {
    expect(readJavascript('a.js', source)).toEqual({
      ok: false,
      why: 'it is nested too deeply',
      at: 0,
    })
  })

  it('follows no chain of names for ever', () => {
    const chain = Array.from({ length: 5000 }, (_, at) => `const a${at + 1} = a${at} + a${at}`)
    expect(found(`const a0 = a5000; ${chain.join(';')}; eval(a5000)`)).toEqual([
      'unparseable: it is nested too deeply',
    ])
    expect(found('const a = b, b = a; eval(a); function f() { return f() } eval(f())')).toEqual([])
  })

  it('looks once at a name that gets and gives thousands of values', () => {
    const lines = Array.from({ length: 5000 }, () => 'x = f(x) + 1; g(x)')
    expect(
      found(`let x; function g(y) { return y } ${lines.join(';')}; eval(x); eval(g(1))`),
    ).toEqual([])
    expect(found(`let x; ${lines.join(';')}; x = atob(z); eval(x)`)).toEqual(['decode-and-run'])
  })

  it('sees through names that get each other, in any order', () => {
    expect(found(`let x, y; x = y; y = x + 'z'; x = atob(q); eval(x + 1); eval(y)`)).toEqual([
      'decode-and-run',
    ])
    expect(found(`let x, y; x = y; y = x + 'z'; x = trim(q); eval(y)`)).toEqual([])
  })

  it('adds up a long sum', () => {
    expect(found(`eval(${Array.from({ length: 3000 }, () => `'a'`).join('+')} + atob(x))`)).toEqual(
      ['decode-and-run'],
    )
  })

  it('takes names of members of Object as ordinary names', () => {
    expect(
      found(
        `constructor('fs'); __proto__.fetch('x'); require('constructor'); require('__proto__')`,
      ),
    ).toEqual([])
  })
})
