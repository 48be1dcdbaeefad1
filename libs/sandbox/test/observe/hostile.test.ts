import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { observeCommand, type Observation, type ObserveOptions } from '@mb/sandbox'
import { isFull, isTestable, temporaryFolder } from '../engine.ts'
import { hasStrace } from './has-strace.ts'

// What is traced is slow, and more so on a busy machine.
const options = { timeout: 120_000 }

/** Observes a script of a shell or of Python in a new folder, without the runs that check the policy. */
async function observeScript(
  script: string,
  settings: Partial<ObserveOptions> & { readonly language?: 'sh' | 'python3' } = {},
): Promise<
  Observation & {
    readonly folder: string
    readonly printed: string
    readonly left: readonly string[]
  }
> {
  await using place = await temporaryFolder()
  const folder = join(place.path, 'here')
  await mkdir(folder)
  await writeFile(join(folder, 'script'), script)
  await writeFile(join(folder, 'kept.txt'), 'kept\n')
  const printed: Uint8Array[] = []
  const { language = 'sh', ...rest } = settings
  const observation = await observeCommand(language, ['script'], {
    workspace: folder,
    checks: 0,
    limits: { wallMs: 60_000 },
    onOutput: (chunk) => printed.push(chunk),
    ...rest,
  })
  const left = await readdir(folder)
  return {
    ...observation,
    folder,
    printed: Buffer.concat(printed).toString(),
    left: left.toSorted(),
  }
}

describe.runIf(hasStrace && isTestable('namespaces'))(
  'observeCommand() of a hostile program',
  options,
  () => {
    it('drops what it writes, and leaves nothing behind', async () => {
      const before = viewsLeft()
      const { policy, left, printed } = await observeScript(
        'echo more >>kept.txt; echo new >new.txt; rm script; mkdir -m 0 closed; cat kept.txt',
      )
      expect({ left, printed }).toEqual({ left: ['kept.txt', 'script'], printed: 'kept\nmore\n' })
      expect(policy.write.map((path) => path.split('/').at(-1))).toEqual(['here'])
      expect(viewsLeft()).toEqual(before)
    })

    it('lets no run that checks write elsewhere, by a link or by what was shown to be read', async () => {
      await using place = await temporaryFolder()
      const [folder, tools] = [join(place.path, 'here'), join(place.path, 'tools')]
      const away = join(place.path, 'away')
      await Promise.all([folder, tools, away].map((each) => mkdir(each)))
      await writeFile(join(away, 'notes.txt'), 'kept')
      await writeFile(join(tools, 'tool'), 'kept')
      await symlink(away, join(folder, 'data'))
      // To open a file like that is let where it can only be read.
      const script = `import os
os.close(os.open('../tools/tool', os.O_RDONLY | os.O_CREAT))
os.close(os.open('../tools/tool', os.O_RDONLY | os.O_APPEND))
def attempt(what):
    try:
        what()
    except OSError:
        pass
attempt(lambda: os.remove('data'))
attempt(lambda: os.mkdir('data'))
for name in ['data/notes.txt', 'data/new.txt', '../tools/tool', '../tools/new']:
    attempt(lambda: open(name, 'a').write('changed'))
`
      const { policy } = await observeCommand('python3', ['-c', script], {
        workspace: folder,
        read: [tools],
      })
      expect({
        away: await readdir(away),
        tools: await readdir(tools),
        notes: await readFile(join(away, 'notes.txt'), 'utf8'),
        tool: await readFile(join(tools, 'tool'), 'utf8'),
      }).toEqual({ away: ['notes.txt'], tools: ['tool'], notes: 'kept', tool: 'kept' })
      expect(policy.write).toEqual([folder])
    })

    it('goes on where names are longer than a path may be', async () => {
      const { code, left } = await observeScript(
        `import os
for _ in range(40):
    os.mkdir('d' * 200)
    os.chdir('d' * 200)
open('deep', 'w').close()
try:
    os.stat('x' * 300)
except OSError:
    pass
`,
        { language: 'python3', checks: 4 },
      )
      expect({ code, left }).toEqual({ code: 0, left: ['kept.txt', 'script'] })
    })

    it('believes no line of strace that the program prints or names a file by', async () => {
      const line = '999 openat(AT_FDCWD</>, "/etc/shadow", O_WRONLY) = 3</etc/shadow>'
      const { denied, policy, isWhole } = await observeScript(
        `import os, sys
fake = '\\n' + ${JSON.stringify(line)} + '\\n'
print(fake); sys.stderr.write(fake)
os.mkdir('\\n999 chdir("\\\\x2f") = 0\\n"<>(){}'.replace('/', ''))
open('"><\\x1b[2J\\u202e, O_RDONLY) = 0', 'w').close()
`,
        { language: 'python3' },
      )
      expect(denied.filter(({ name }) => name.includes('shadow'))).toEqual([])
      expect({ isWhole, writes: policy.write.length }).toEqual({ isWhole: true, writes: 1 })
    })

    it('shows the program no tracer', async () => {
      const { printed } = await observeScript(
        "grep TracerPid /proc/self/status; ls /proc | grep -c '^[0-9]*$' >/dev/null; ls -d /run/observed",
      )
      expect(printed).toBe('TracerPid:\t0\n/run/observed\n')
    })

    it.runIf(isFull)(
      'keeps a bounded record of a flood, and says that it is not whole',
      async () => {
        const { isWhole, policy, denied } = await observeScript(
          `import os
for number in range(2100):
    try:
        os.stat(f'{number}/' + 'x' * 200 + '/x' * 1900)
    except OSError:
        pass
os.stat('kept.txt')
`,
          { language: 'python3' },
        )
        expect({ isWhole, read: policy.read.length, denied: denied.length < 100 }).toEqual({
          isWhole: false,
          read: 1,
          denied: true,
        })
      },
      120_000,
    )

    it('follows a thousand processes', async () => {
      const { isWhole, code, programs } = await observeScript(
        'i=0; while [ $i -lt 1000 ]; do (: <kept.txt) & i=$((i+1)); [ $((i % 50)) = 0 ] && wait; done; wait',
      )
      expect({ isWhole, code, programs: programs.length }).toEqual({
        isWhole: true,
        code: 0,
        programs: 1,
      })
    }, 120_000)

    it('follows each process to the folder that it works in', async () => {
      await using place = await temporaryFolder()
      const folder = join(place.path, 'here')
      await Promise.all(
        ['a', 'b', 'c'].map((name) => mkdir(join(folder, name), { recursive: true })),
      )
      // To make a folder by a name that does not begin with a slash, as mkdir(2) does, says nothing of where.
      const script = '(cd a && mkdir one) & (cd b && mkdir two) & wait; cd c; mkdir three'
      const { policy } = await observeCommand('sh', ['-c', script], {
        workspace: folder,
        checks: 0,
      })
      expect(policy.write).toEqual(['a', 'b', 'c'].map((name) => join(folder, name)))
    })

    it('ends with what the program has left running', async () => {
      const { code } = await observeScript(
        `import os, time
if os.fork() == 0:
    os.setsid()
    time.sleep(600)
`,
        { language: 'python3' },
      )
      expect(code).toBe(0)
    })

    it('observes to its end what a signal ends, or a limit', async () => {
      const killed = await observeScript('cat kept.txt; kill -SEGV $$')
      expect([killed.code, killed.signal, killed.policy.read.length]).toEqual([null, 'SIGSEGV', 2])
      const limits = { writtenBytes: 1024 * 1024 }
      const flooding = 'dd if=/dev/zero of=kept.txt bs=1M count=4000 2>/dev/null'
      const ended = await observeScript(flooding, { limits, checks: 4 })
      expect([ended.code, ended.ended, ended.verification]).toEqual([null, 'written', undefined])
    })

    it('ends the program where another one ends strace', async () => {
      const before = tracers()
      const observing = observeScript('echo up; while :; do sleep 0.1; done', {
        onOutput: () => {
          for (const pid of tracers().filter((each) => !before.includes(each)))
            process.kill(pid, 'SIGKILL')
        },
      })
      await expect(observing).rejects.toMatchObject({
        code: 'MB_SANDBOX_FAILED',
        message: 'Cannot observe the command to its end: strace ended before it',
      })
    })

    it('leaves nothing when it is interrupted', async () => {
      const [views, before] = [viewsLeft(), tracers()]
      const stop = new AbortController()
      const observing = observeScript('echo up; trap "" INT TERM; while :; do sleep 0.1; done', {
        signal: stop.signal,
        onOutput: () => stop.abort(new Error('enough')),
      })
      await expect(observing).rejects.toThrow('enough')
      expect({ views: viewsLeft(), tracers: tracers() }).toEqual({ views, tracers: before })
    })

    it('shows no key, and says that it was asked for', async () => {
      await using place = await temporaryFolder()
      const folder = join(place.path, 'here')
      await mkdir(join(folder, '.ssh'), { recursive: true })
      await writeFile(join(folder, '.ssh/id_ed25519'), 'secret')
      await writeFile(join(folder, '.netrc'), 'secret')
      const printed: Uint8Array[] = []
      const { denied, policy } = await observeCommand(
        'sh',
        ['-c', 'cat .ssh/id_ed25519 .netrc /etc/shadow; true'],
        { workspace: folder, onOutput: (chunk) => printed.push(chunk) },
      )
      expect(Buffer.concat(printed).toString()).not.toContain('secret')
      expect(policy.read).toEqual([])
      expect(denied.map(({ kind, name, refusal }) => [kind, name, refusal])).toEqual([
        ['read', join(folder, '.ssh/id_ed25519'), 'it holds your SSH keys'],
        ['read', join(folder, '.netrc'), 'it holds your passwords for servers'],
        ['read', '/etc/shadow', undefined],
      ])
    })

    it('tells of hosts, by a proxy, by name and by address, and lets none be reached', async () => {
      let connections = 0
      const server = createServer((socket) => {
        connections += 1
        socket.destroy()
      })
      await once(server.listen(0, '127.0.0.1'), 'listening')
      const address = server.address()
      const port = typeof address === 'object' ? address?.port : undefined
      const { denied } = await observeScript(
        `import os, socket, urllib.request
def attempt(what):
    try:
        what()
    except Exception:
        pass
attempt(lambda: urllib.request.urlopen('http://by-proxy.example:8080/'))
attempt(lambda: socket.getaddrinfo('by-name.example', 80))
attempt(lambda: socket.create_connection(('192.0.2.7', 25)))
attempt(lambda: socket.create_connection(('127.0.0.1', ${port})))
`,
        { language: 'python3' },
      )
      server.close()
      expect(connections).toBe(0)
      expect(denied.filter(({ kind }) => kind === 'net')).toEqual([
        { kind: 'net', name: `127.0.0.1:${port}` },
        { kind: 'net', name: '192.0.2.7:25' },
        { kind: 'net', name: 'by-name.example' },
        { kind: 'net', name: 'by-proxy.example:8080' },
      ])
    })

    it('tells of variables that Node and Python ask for, by name alone', async () => {
      const { denied, printed } = await observeScript(
        'python3 -c \'import os; print(os.environ.get("FROM_PYTHON"), "NOT_THERE" in os.environ)\'; node -p "process.env.FROM_NODE"',
        { withheld: ['FROM_PYTHON', 'FROM_NODE', 'UNASKED'] },
      )
      expect(printed).toBe('None False\nundefined\n')
      expect(denied.filter(({ kind }) => kind === 'env')).toEqual([
        { kind: 'env', name: 'FROM_NODE' },
        { kind: 'env', name: 'FROM_PYTHON' },
      ])
    })
  },
)

/** Folders of observations. */
function viewsLeft(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('mb-view-'))
}

/** The processes of strace that this one has started. */
function tracers(): readonly number[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      return /^\d+$/.test(name) &&
        readFileSync(`/proc/${name}/cmdline`, 'utf8').startsWith('/usr/bin/strace\0')
        ? [Number(name)]
        : []
    } catch {
      return []
    }
  })
}
