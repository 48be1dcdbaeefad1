import { describe, expect, it } from 'vitest'
import { readPython } from './read-python.ts'

/** What is found in a source, without the places. */
function found(...lines: readonly string[]): readonly string[] {
  const result = readPython(lines.join('\n'))
  if (!result.ok) return [`unparseable: ${result.why}`]
  return [
    ...new Set(
      result.facts.map((fact) =>
        fact.kind === 'use' ? fact.capability : fact.kind === 'breach' ? fact.rule : fact.kind,
      ),
    ),
  ]
}

describe('readPython() tells a use of the network, of files and of processes', () => {
  it.each([
    ['an import', ['import subprocess'], ['processes']],
    ['one of several imports', ['import os, urllib.request as r, sys'], ['network']],
    ['an import of a member', ['from os import system as go'], ['processes']],
    [
      'an import over lines',
      ['from os import (', '  path, # a comment', '  popen,', ')'],
      ['processes'],
    ],
    ['an import behind a colon', ['if x: import requests'], ['network']],
    ['an import behind a semicolon', ['x = 1; import ctypes'], ['processes']],
    ['a connection', ['import socket', 's = socket.create_connection(a)'], ['network']],
    ['a socket by another name', ['import socket as s', 't = s', 't.socket()'], ['network']],
    ['all of a module', ['from os import *'], ['processes']],
    ['os.system', ['import os', 'os.system("id")'], ['processes']],
    ['os.system as a value', ['import os', 'run = os.system', 'run("id")'], ['processes']],
    ['__import__', ['__import__("os").popen("id")'], ['processes']],
    [
      'import_module',
      ['import importlib', 'importlib.import_module("sub" + "process")'],
      ['processes'],
    ],
    ['getattr', ['import os', 'getattr(os, "sys" + "tem")("id")'], ['processes']],
    ['__dict__', ['import os', 'os.__dict__["system"]("id")'], ['processes']],
    ['vars', ['import os', 'vars(os)["system"]("id")'], ['processes']],
    ['sys.modules', ['import sys', 'sys.modules["os"].system("id")'], ['processes']],
    ['builtins', ['import builtins', 'builtins.open("x")'], ['files']],
    ['__builtins__', ['__builtins__["open"]("x")'], ['files']],
    ['open', ['with open("x", "w") as f: f.write("y")'], ['files']],
    ['a path', ['from pathlib import Path', '(Path("a") / "b").write_text("c")'], ['files']],
    [
      'a path in a variable',
      ['import pathlib', 'p = pathlib.Path.home()', 'p.unlink()'],
      ['files'],
    ],
    ['an f-string', ['import os', 'print(f"{os.system(\'id\')!r:>{width}}")'], ['processes']],
    ['asyncio', ['import asyncio', 'await asyncio.open_connection("h", 1)'], ['network']],
    ['a base class', ['import socket', 'class A(socket.socket): pass'], ['network']],
  ])('%s', (_, lines, expected) => {
    expect(found(...lines)).toEqual(expected)
  })

  it.each([
    ['a comment', ['# import subprocess']],
    ['a docstring', ['"""', 'import subprocess', 'os.system("id")', '"""']],
    ['a text', ['help = "import socket; eval(x)"', "other = r'''exec(base64.b64decode(x))'''"]],
    ['text of an f-string', ['print(f"os.system {name} {{os.system}}")']],
    ['a method of that name', ['self.open(x)', 'door.system()', 'db.exec(x)']],
    ['an own function', ['def open(x): return x', 'open("door")']],
    [
      'harmless modules',
      ['import os.path, sys, json, urllib.parse, http', 'os.path.join("a", "b")'],
    ],
    ['an own module', ['from . import subprocess', 'from .socket import socket', 'socket()']],
    [
      'what only types say',
      [
        'import socket',
        'def f(s: socket.socket) -> socket.socket: return s',
        'x: socket.socket = y',
      ],
    ],
    ['what the host opened', ['import socket', 's = socket.socket(fileno=3)', 'f = open(3, "rb")']],
    ['a label of an argument', ['f(open=1, system=2)']],
  ])('but not %s', (_, lines) => {
    expect(found(...lines)).toEqual([])
  })
})

describe('readPython() tells decoded text that is run, and leaves its look-alike alone', () => {
  it.each([
    [
      'base64 into exec',
      ['import base64', 'exec(base64.b64decode("eA=="))'],
      ['import base64', 'exec(base64.b64encode(x))'],
    ],
    [
      'through a variable',
      ['from base64 import b64decode as d', 'code = d(x)', 'exec(code)'],
      ['from base64 import b64decode as d', 'code = d(x)', 'show(code)'],
    ],
    [
      'zlib and marshal',
      ['import marshal, zlib', 'exec(marshal.loads(zlib.decompress(x)))'],
      ['import marshal, zlib', 'show(zlib.decompress(x))'],
    ],
    ['hex', ['eval(bytes.fromhex("61").decode())'], ['eval(bytes("61", "utf8").decode())']],
    [
      'compile',
      ['import codecs', 'exec(compile(codecs.decode(x, "rot13"), "f", "exec"))'],
      ['exec(compile(open("f").read(), "f", "exec"))'],
    ],
    [
      'characters',
      ['exec("".join(chr(n ^ 3) for n in numbers))'],
      ['exec("".join(n.strip() for n in lines))'],
    ],
    [
      'characters that are added up',
      ['exec(chr(112)+chr(97)+chr(115)+chr(115))'],
      ['exec("a" + chr(10) + "b")'],
    ],
    ['mapped characters', ['eval("".join(map(chr, [1, 2])))'], ['eval("".join(map(str, [1, 2])))']],
    ['bytes', ['exec(bytes([112, 97, 115, 115]))'], ['exec(bytes(4))']],
    ['a reversed text', ['exec("ssap"[::-1])'], ['exec("pass"[0:4])']],
    [
      'escapes',
      ['exec("\\x70\\x72\\x69\\x6e\\x74\\x28\\x31\\x29\\x3b\\x3b\\x3b\\x3b\\x3b")'],
      ['exec("print(\'\\x1b[0m\')")'],
    ],
    [
      'a loop that adds up',
      ['s = ""', 'for n in [1]: s += chr(n ^ 3)', 'exec(s)'],
      ['s = ""', 'for n in names: s += n', 'exec(s)'],
    ],
    [
      'an own decoder',
      [
        'import base64',
        'def unpack(x):',
        '  y = base64.b64decode(x)',
        '  return y',
        'exec(unpack(z))',
      ],
      [
        'import base64',
        'def unpack(x):',
        '  y = base64.b64decode(x)',
        '  return 1',
        'exec(unpack(z))',
      ],
    ],
    [
      'a cipher',
      ['from cryptography.fernet import Fernet', 'exec(Fernet(k).decrypt(x))'],
      ['from cryptography.fernet import Fernet', 'save(Fernet(k).decrypt(x))'],
    ],
    [
      'another name of exec',
      [
        'import base64, builtins',
        'run = getattr(builtins, "ex" + "ec")',
        'run(base64.b64decode(x))',
      ],
      [
        'import base64, builtins',
        'run = getattr(builtins, "pri" + "nt")',
        'run(base64.b64decode(x))',
      ],
    ],
    [
      'globals',
      ['import base64', 'globals()["__builtins__"]["exec"](base64.b64decode(x))'],
      ['import base64', 'globals()["show"](base64.b64decode(x))'],
    ],
    [
      'a hidden module',
      ['import base64', '__import__(base64.b64decode("b3M=").decode())'],
      ['import base64', '__import__(name)'],
    ],
    [
      'a hidden function',
      ['import base64, os', 'getattr(os, base64.b64decode(x).decode())("id")'],
      ['import base64', 'getattr(self, base64.b64decode(x).decode())'],
    ],
    [
      'a walrus',
      ['import base64', 'if (c := base64.b64decode(x)): exec(c)'],
      ['import base64', 'if (c := base64.b64decode(x)): show(c)'],
    ],
    [
      'an f-string',
      ['import base64', 'exec(f"{base64.b64decode(x).decode()}")'],
      ['import base64', 'exec(f"{x}")'],
    ],
    [
      'a file object',
      [
        'import gzip, io, base64',
        'exec(gzip.GzipFile(fileobj=io.BytesIO(base64.b64decode(x))).read())',
      ],
      ['import gzip', 'exec(gzip.GzipFile("a").name)'],
    ],
    ['a statement of Python 2', ['exec "cHJpbnQ=".decode("base64")'], ['exec "print 1"']],
  ])('%s', (_, attack, twin) => {
    expect(found(...attack)).toContain('decode-and-run')
    expect(found(...twin)).not.toContain('decode-and-run')
  })

  it.each([
    [
      'os.system',
      ['import base64, os', 'os.system(base64.b64decode(x).decode())'],
      ['import base64, os', 'os.system(x)'],
    ],
    [
      'a pipe in a shell',
      ['import os', 'os.system("echo aWQ= | base64 --decode | /bin/bash")'],
      ['import os', 'os.system("echo aWQ= | base64 --decode > out")'],
    ],
    [
      'subprocess',
      ['import base64, subprocess', 'subprocess.run(["sh", "-c", base64.b64decode(x)])'],
      ['import base64, subprocess', 'subprocess.run(["cat"], input=base64.b64decode(x))'],
    ],
  ])('%s of decoded text', (_, attack, twin) => {
    expect(found(...attack)).toContain('decode-and-start')
    expect(found(...twin)).not.toContain('decode-and-start')
  })

  it('keeps names of functions apart', () => {
    const lines = [
      'import base64',
      'def a():',
      '  data = base64.b64decode(x)',
      '  return len(data)',
    ]
    expect(found(...lines, 'def b(data):', '  exec(data)')).toEqual([])
    expect(found(...lines, 'def b():', '  data = base64.b64decode(y)', '  exec(data)')).toEqual([
      'decode-and-run',
    ])
  })
})

describe('readPython() stays whole', () => {
  it.each([
    ['a text without an end', 'x = "abc', { why: 'A string does not end', at: 4 }],
    ['a bracket without an end', 'x = (1,', { why: '")" is missing at the end', at: 7 }],
    ['a wrong bracket', 'x = (1]', { why: '"]" cannot stand here', at: 6 }],
    ['what is no Python', 'x = a ? b : c', { why: '"?" cannot stand here', at: 6 }],
  ])('names the place of %s', (_, source, expected) => {
    expect(readPython(source)).toEqual({ ok: false, ...expected })
  })

  it.each(['(', '[', '{', 'f"{'])('refuses 200,000 times %s', (open) => {
    const result = readPython(open.repeat(200_000))
    expect(result).toMatchObject({ ok: false, why: 'it is nested too deeply' })
  })

  it('follows no chain of names for ever', () => {
    const chain = Array.from({ length: 5000 }, (_, at) => `a${at + 1} = a${at} + a${at}`)
    expect(found('a0 = a5000', ...chain, 'exec(a5000)')).toEqual([
      'unparseable: it is nested too deeply',
    ])
    expect(found('a = b', 'b = a', 'exec(a)', 'def f(): return f()', 'exec(f())')).toEqual([])
  })

  it('looks once at a name that gets and gives thousands of values', () => {
    const lines = Array.from({ length: 5000 }, () => 'x = f(x) + 1; g(x)')
    expect(found('def g(y): return y', ...lines, 'exec(x); exec(g(1))')).toEqual([])
    expect(found('import base64', ...lines, 'x = base64.b64decode(z)', 'exec(x)')).toEqual([
      'decode-and-run',
    ])
  })

  it('sees through names that get each other, in any order', () => {
    const lines = ['import base64', 'x = y', 'y = x + "z"']
    expect(found(...lines, 'x = base64.b64decode(q)', 'f(x)', 'exec(y)')).toEqual([
      'decode-and-run',
    ])
    expect(found(...lines, 'x = base64.b64encode(q)', 'f(x)', 'exec(y)')).toEqual([])
  })

  it('reads deeply nested calls in time that grows with their length', () => {
    const nested = `${'f('.repeat(190)}x${')'.repeat(190)}`
    expect(found('import os', `os.system(${nested})`, `exec(${nested})`)).toEqual(['processes'])
  })
})
