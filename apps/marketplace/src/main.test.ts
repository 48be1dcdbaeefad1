import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { isToken } from '@mb/marketplace-protocol'
import { temporaryFolder } from './fixtures/served.ts'

const program = fileURLToPath(new URL('fixtures/run-main.ts', import.meta.url))
const modules = fileURLToPath(new URL('fixtures/loaded-modules.ts', import.meta.url))

function start(...words: readonly string[]): ChildProcess {
  const line = ['--conditions=@mb/source', ...words]
  return spawn(process.execPath, line, { stdio: ['ignore', 'pipe', 'pipe'] })
}

async function run(
  ...words: readonly string[]
): Promise<{ code: unknown; out: string; err: string }> {
  const child = start(program, ...words)
  const said = { out: '', err: '' }
  child.stdout?.on('data', (chunk: Buffer) => (said.out += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (said.err += chunk.toString()))
  const [code]: unknown[] = await once(child, 'close')
  return { code, ...said }
}

/** A server that runs until the end of a test, and the first line that it printed. */
async function serve(
  ...words: readonly string[]
): Promise<AsyncDisposable & { child: ChildProcess; line: string }> {
  const child = start(program, 'start', '--port', '0', ...words)
  const closed = once(child, 'close')
  const line = await new Promise<string>((resolve, reject) => {
    if (child.stdout === null) return reject(new TypeError('No output'))
    createInterface({ input: child.stdout }).once('line', resolve)
    child.once('close', () => reject(new Error('It ended')))
  })
  return {
    child,
    line,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      await closed
    },
  }
}

describe('mb-marketplace start', () => {
  it('makes an empty folder for its owner alone, says where it listens, and ends on SIGTERM with 0', async () => {
    await using folder = await temporaryFolder()
    const data = join(folder.path, 'data')
    await using server = await serve('--data', data)
    expect(server.line).toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+$/)
    const url = server.line.replace('listening on ', '')
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    expect((await stat(data)).mode & 0o777).toBe(0o700)
    expect((await stat(join(data, 'marketplace.db'))).mode & 0o777).toBe(0o600)
    server.child.kill('SIGTERM')
    expect(await once(server.child, 'close')).toEqual([0, null])
    await expect(fetch(url)).rejects.toThrow('fetch failed')
  })

  it('says where it listens as JSON', async () => {
    await using folder = await temporaryFolder()
    await using server = await serve('--data', join(folder.path, 'data'), '--json')
    expect(JSON.parse(server.line)).toEqual({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    })
  })

  it('serves no folder that another process serves, and lets accounts be made meanwhile', async () => {
    await using folder = await temporaryFolder()
    const data = join(folder.path, 'data')
    await using server = await serve('--data', data, '--json')
    const second = await run('start', '--data', data, '--port', '0', '--json')
    expect([second.code, second.err]).toEqual([1, ''])
    expect(JSON.parse(second.out)).toMatchObject({ ok: false, error: { code: 'MB_SERVER_BUSY' } })
    const added = await run('user', 'add', 'ada', '--data', data, '--json')
    const { token }: { token: string } = JSON.parse(added.out)
    const { url }: { url: string } = JSON.parse(server.line)
    const headers = { authorization: `Bearer ${token}` }
    expect((await fetch(`${url}/v1/account`, { headers })).status).toBe(200)
  })

  it('can be started again at once after it was killed', async () => {
    await using folder = await temporaryFolder()
    const data = join(folder.path, 'data')
    const first = await serve('--data', data)
    first.child.kill('SIGKILL')
    await once(first.child, 'close')
    await using second = await serve('--data', data)
    expect(second.line).toMatch(/^listening on /)
  })

  it('loads nothing heavy before the first package and the first person', async () => {
    await using folder = await temporaryFolder()
    const child = start(modules, join(folder.path, 'data'))
    let out = ''
    child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()))
    await once(child, 'close')
    const { status, loaded }: { status: number; loaded: string[] } = JSON.parse(out)
    expect(status).toBe(200)
    const heavy = /scanner|sandbox|oxc|markdown-it|sanitize-html|yauzl|tar-stream|\/web\//
    expect(loaded.filter((url) => heavy.test(url))).toEqual([])
    // The control: the hook sees what is loaded.
    expect(loaded.some((url) => url.includes('hono'))).toBe(true)
  })
})

describe('mb-marketplace user and token', () => {
  it('make accounts and tokens, show them without their secret, and end them', async () => {
    await using folder = await temporaryFolder()
    const at = ['--data', join(folder.path, 'data')]
    const added = await run(
      'user',
      'add',
      'ada',
      '--namespace',
      'acme',
      '--namespace',
      'tools',
      ...at,
    )
    const [what, until, token = ''] = added.out.trim().split('\n')
    expect(what).toBe('account ada may publish in acme, tools')
    expect(until).toMatch(/^token until \d{4}-.*, shown this once:$/)
    expect(isToken(token)).toBe(true)
    expect((await run('user', 'list', ...at)).out).toBe('ada  acme, tools\n')
    const other = await run('token', 'create', 'ada', '--days', '7', '--json', ...at)
    const { id }: { id: string } = JSON.parse(other.out)
    expect((await run('token', 'revoke', id, ...at)).out).toBe(`revoked ${id}\n`)
    const list = (await run('token', 'list', ...at)).out
    expect(list).toContain(`${id}  ada  revoked`)
    expect(list).not.toContain('mbp_')
    const again = await run('token', 'revoke', id, ...at)
    expect([again.code, again.err.split('\n')[0]]).toEqual([
      4,
      `error Cannot revoke token "${id}": there is none (MB_SERVER_TOKEN)`,
    ])
  })

  it.each([
    [['user', 'add', 'Ada'], 'MB_SERVER_ACCOUNT'],
    [['user', 'add', 'ada', '--namespace', '../x'], 'MB_SERVER_NAMESPACE'],
    [['user', 'add', 'ada', '--namespace', 'local'], 'MB_SERVER_NAMESPACE'],
    [['user', 'add', 'ada', '--days', '0'], 'MB_SERVER_USAGE'],
    [['user', 'add', 'ada', '--days', '366'], 'MB_SERVER_USAGE'],
    [['user', 'add'], 'MB_SERVER_USAGE'],
    [['token', 'create', 'nobody'], 'MB_SERVER_ACCOUNT'],
    [['fly'], 'MB_SERVER_USAGE'],
    [['start', 'now'], 'MB_SERVER_USAGE'],
    [['--port', '65536'], 'MB_SERVER_USAGE'],
    [['--port', 'http'], 'MB_SERVER_USAGE'],
    [['--url', 'https://plugins.example/path'], 'MB_SERVER_USAGE'],
    [['--url', 'https://user@plugins.example'], 'MB_SERVER_USAGE'],
    [['--name', ' '], 'MB_SERVER_USAGE'],
    [['--colour'], 'MB_SERVER_USAGE'],
  ])('refuse %j with %s', async (words, code) => {
    await using folder = await temporaryFolder()
    const data = join(folder.path, 'data')
    await run('init', '--data', data)
    const { code: exit, out } = await run(...words, '--data', data, '--json')
    expect([exit, JSON.parse(out)]).toMatchObject([2, { ok: false, error: { code, exitCode: 2 } }])
  })

  it('make no marketplace where somebody only looks for one', async () => {
    await using folder = await temporaryFolder()
    const { code, err } = await run('user', 'list', '--data', join(folder.path, 'data'))
    expect([code, err]).toEqual([1, expect.stringContaining('MB_SERVER_DATA')])
    expect(await readdir(folder.path)).toEqual([])
  })

  it('say of a damaged database that it is damaged, and leave it', async () => {
    await using folder = await temporaryFolder()
    const data = join(folder.path, 'data')
    await mkdir(data)
    await writeFile(join(data, 'marketplace.db'), 'x'.repeat(5000))
    const { code, err } = await run('start', '--data', data, '--port', '0')
    expect([code, err]).toEqual([1, expect.stringContaining('MB_SERVER_BROKEN')])
    expect((await stat(join(data, 'marketplace.db'))).size).toBe(5000)
  })

  it('use no data folder that everybody may write to: whose the keys in it are, nobody knows', async () => {
    await using folder = await temporaryFolder()
    const data = join(folder.path, 'data')
    await mkdir(data)
    await chmod(data, 0o777)
    await symlink(data, join(folder.path, 'link'))
    for (const name of ['data', 'link']) {
      const { code, err } = await run('init', '--data', join(folder.path, name))
      expect([code, err]).toEqual([1, expect.stringContaining('everybody may write to it')])
    }
    expect(await readdir(data)).toEqual([])
    await chmod(data, 0o755)
    expect((await run('init', '--data', data)).code).toBe(0)
  })

  it.skipIf(process.platform !== 'linux')('say of a full disk that it is full', async () => {
    await using folder = await temporaryFolder()
    const data = join(folder.path, 'data')
    await run('init', '--data', data)
    // What a file system without room answers, for this process alone.
    const line = [process.execPath, '--conditions=@mb/source', program, 'user', 'add', 'ada']
    const shell = `trap '' XFSZ; ulimit -f 0; exec "$@"`
    const child = spawn('sh', ['-c', shell, 'sh', ...line, '--data', data])
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const [code]: unknown[] = await once(child, 'close')
    expect([code, said]).toEqual([1, expect.stringContaining('(MB_SERVER_DATA)\nhint  ')])
  })

  it('say of a data folder that is a file what it is', async () => {
    await using folder = await temporaryFolder()
    const data = join(folder.path, 'data')
    await writeFile(data, '')
    await chmod(data, 0o600)
    const { code, err } = await run('--data', data, '--port', '0')
    expect([code, err]).toEqual([1, expect.stringContaining('MB_SERVER_DATA')])
  })
})
