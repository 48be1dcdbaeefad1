import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReceiptItem } from '@mb/sandbox'
import { describe, expect, it } from 'vitest'
import { findContainer } from '../../src/backends/container/find-container.ts'
import { findEngine, type Engine } from '../../src/backends/container/engine.ts'
import type { Weakness } from '../../src/jail/jailed-sandbox.ts'
import { openJails } from '../../src/jail/open-jails.ts'
import { isFull, temporaryFolder } from '../engine.ts'
import { isRunnable } from './engine.ts'

// What the engine is told, and what it is told instead.
const weakenings: readonly (readonly [string, ReceiptItem, RegExp, readonly string[]])[] = [
  ['network', 'network', /^--network=none$/, ['--network=host']],
  ['capability drop', 'capabilities', /^--cap-drop=ALL$/, []],
  ['process namespace', 'processes', /^--pid=private$/, ['--pid=host']],
  ['ipc namespace', 'ipc', /^--ipc=private$/, [`--ipc=ns:/proc/${process.pid}/ns/ipc`]],
  ['host name namespace', 'hostname', /^--(?:uts=private|hostname=sandbox)$/, ['--uts=host']],
  ['cgroup namespace', 'cgroup', /^--cgroupns=private$/, ['--cgroupns=host']],
  ['user namespace', 'users', /^--(?:uid|gid)map=/, []],
  ['read-only root', 'filesystem', /^--read-only$/, []],
  ['empty /sys', 'filesystem', /^type=tmpfs,dst=\/sys,/, ['--volume=/sys:/sys']],
  ['only what was asked for', 'filesystem', /^$/, ['--volume=/srv:/srv:ro']],
  ['private /proc', 'filesystem', /^$/, ['--security-opt=unmask=ALL']],
]

// What the first process does, and what it does instead.
const ofInit: readonly (readonly [string, ReceiptItem, string, string])[] = [
  ['filter', 'seccomp', 'syscall($prctl, 22, 2, $rules, 0, 0) == 0', '1'],
  ['new session keyring', 'keyring', 'syscall($keyctl, 1, 0)', '$before'],
  ['limits', 'limits', 'syscall($prlimit, 0, $resource + 0, $limit, 0) == 0', '1'],
  ['environment', 'environment', '%ENV = map', '%ENV = map { $_ } PLANTED => 1, map'],
  [
    'closed descriptors',
    'descriptors',
    'chdir $folder',
    '$^F = 9; open(my $leak, "<", "/bin/sh"); chdir $folder',
  ],
]

describe.runIf(isRunnable)('a container that is held by less', () => {
  it.each(isFull ? weakenings : weakenings.slice(0, 2))(
    'is refused without its %s',
    async (_, item, left, instead) => {
      await using folder = await temporaryFolder()
      const unproved = await missingOf(await weakEngine(folder.path, left, instead), {})
      expect(unproved).toContain(item)
    },
  )

  it.each(isFull ? ofInit : ofInit.slice(0, 2))(
    'is refused without its %s',
    async (_, item, part, instead) => {
      const engine = await findEngine()
      const change = (word: string): string => word.replace(part, () => instead)
      const unproved = await missingOf(engine, {
        launch: (launch) => {
          const command = launch.build.command.map(change)
          expect(command).not.toEqual(launch.build.command)
          return { ...launch, build: { ...launch.build, command } }
        },
      })
      expect(unproved).toContain(item)
    },
  )
})

/** The items that are not proved where something is done by less. */
async function missingOf(engine: Engine, weakness: Weakness): Promise<readonly string[]> {
  const builder = await findContainer(undefined, engine)
  try {
    const options = { policy: {}, limits: { openFiles: 64 }, minimum: [] }
    await using sandbox = await openJails(builder, options, weakness)
    const { receipt } = await sandbox.run('true')
    return receipt.items.filter(({ proved }) => !proved).map((finding) => finding.item)
  } catch (error) {
    throw new TypeError('Cannot look at the receipt', { cause: error })
  }
}

/** An engine that leaves some of its arguments away, and takes others instead. */
async function weakEngine(
  folder: string,
  left: RegExp,
  instead: readonly string[],
): Promise<Engine> {
  const engine = await findEngine()
  const path = join(folder, 'engine')
  const script = `#!/usr/bin/perl
my @words = @ARGV;
if ($words[0] eq 'run') {
  for my $index (reverse 1 .. $#words) {
    next unless $words[$index] =~ m{${left.source}};
    splice @words, $index, 1;
    splice @words, $index - 1, 1 if $words[$index - 1] eq '--mount';
  }
  splice @words, 1, 0, ${JSON.stringify(instead).slice(1, -1)};
}
exec '${engine.tool.path}', @words;`
  await writeFile(path, script, { mode: 0o755 })
  return { ...engine, tool: { ...engine.tool, path } }
}
