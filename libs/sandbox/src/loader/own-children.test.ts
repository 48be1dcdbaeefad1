import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findLoader, findPythonLoader } from './loader.ts'
import { perlLoader } from './perl-loader.ts'
import { pythonLoader } from './python-loader.ts'

// One of them has a name that looks like the fields behind a name; the other's is no text.
const perl = `
$| = 1;
pipe(my $told, my $ready);
my @made = map { my $child = fork; if (!$child) { $0 = $_; syswrite($ready, '.'); sleep 60; exit } $child } ("a) S 1 \\n(", "\\xff");
my $byte;
for my $child (@made) { sysread($told, $byte, 1) }
my @found = children();
kill 9, @made;
print "@found" eq "@made" ? "all\\n" : "@found, and not @made\\n";
`

const python = `
import os, signal
loader = os.getpid()
read, ready = os.pipe()
made = []
for name in (b'a) S 1 \\n(', b'\\xff'):
  child = os.fork()
  if child == 0:
    open('/proc/self/comm', 'wb').write(name)
    os.write(ready, b'.')
    signal.pause()
  made.append(str(child))
for _ in made: os.read(read, 1)
found = children()
for child in made: os.kill(int(child), 9)
print('all' if found == made else '%s, and not %s' % (found, made))
`

/** As on a kernel that keeps no list of them. */
const without = (script: string): string => script.replaceAll(/\/proc\/[^/]+\/task/g, '/nowhere')

describe.skipIf(!existsSync('/proc/self/stat'))('the children of a loader', () => {
  it.skipIf(findLoader()?.kind !== 'perl')('are found by perl without a list of them', () => {
    const own = perlLoader.slice(perlLoader.indexOf('sub children'))
    expect(say('/usr/bin/perl', ['-f', '-e', `${without(own)}${perl}`])).toBe('all\n')
  })

  it.skipIf(findPythonLoader() === undefined)('are found by python without a list of them', () => {
    const start = pythonLoader.indexOf('def children')
    const own = pythonLoader.slice(start, pythonLoader.indexOf('microseconds =', start))
    const script = python.replace('read, ready', `${without(own)}\nread, ready`)
    expect(say('/usr/bin/python3', ['-I', '-S', '-c', script])).toBe('all\n')
  })

  it.skipIf(findLoader()?.kind !== 'perl')('cost perl no module', () => {
    const modules = `print join ' ', sort keys %INC; exit;\n${perlLoader}`
    expect(say('/usr/bin/perl', ['-f', '-e', modules])).toBe('')
  })
})

function say(program: string, args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', env: {} })
  return stdout + stderr
}
