import { execFileSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { isSkipped, skipReason } from './engine.ts'
import { Place, type MbRun } from './mb.ts'
import { Publisher, writePlugin } from './publisher.ts'

// Each starts a marketplace and a dozen programs, beside all that runs at the same time.
vi.setConfig({ testTimeout: 120_000 })

interface Town extends AsyncDisposable {
  readonly publisher: Publisher
  readonly visitor: Place
  readonly run: (...words: readonly string[]) => Promise<MbRun>
}

/** A marketplace where `report` needs `pdf`, which needs `fonts`; and somebody in a repository of git. */
async function town(): Promise<Town> {
  await using made = new AsyncDisposableStack()
  const publisher = made.use(await Publisher.open())
  await publisher.publish({ name: 'fonts' })
  await publisher.publish({ name: 'pdf', plugins: '{ fonts: ^1.0.0 }' })
  await publisher.publish({ name: 'report', plugins: '{ acme/pdf: ^1.0.0 }' })
  const visitor = made.use(await publisher.visitor())
  git(visitor.folder, 'init', '-q')
  const all = made.move()
  return {
    publisher,
    visitor,
    run: (...words) => visitor.mb(words),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

function git(folder: string, ...words: readonly string[]): void {
  const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@acme.example']
  execFileSync('git', [...who, ...words], { cwd: folder, stdio: 'pipe' })
}

describe.skipIf(isSkipped)(`plugins that need each other${skipReason}`, () => {
  it('come together, are shown as a tree, and go only when nobody needs them', async () => {
    await using there = await town()
    const installed = await there.run('plugin', 'install', 'acme/report', '--yes')
    expect(installed).toMatchObject({ code: 0 })
    expect(installed.stderr).toContain('+ acme/fonts 1.0.0 is needed by acme/pdf\n')
    expect(await there.run('plugin', 'tree')).toMatchObject({
      code: 0,
      stdout: 'acme/report 1.0.0\n└─ acme/pdf 1.0.0 ^1.0.0\n   └─ acme/fonts 1.0.0 ^1.0.0\n',
    })
    const { stdout } = await there.run('plugin', 'tree', 'pdf', '--depth', '1', '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      roots: [{ id: 'acme/pdf', state: 'there', needs: [{ id: 'acme/fonts', range: '^1.0.0' }] }],
      order: ['acme/fonts', 'acme/pdf'],
    })
    expect(await there.run('plugin', 'uninstall', 'fonts')).toMatchObject({ code: 3 })
  })

  it('come alone with --no-deps, and the tree says what is missing', async () => {
    await using there = await town()
    expect(await there.run('plugin', 'install', 'acme/report', '--yes', '--no-deps')).toMatchObject(
      {
        code: 0,
      },
    )
    expect((await there.run('plugin', 'tree')).stdout).toBe(
      'acme/report 1.0.0\n└─ acme/pdf ^1.0.0 is not installed\n',
    )
  })

  it('are named when they are missing, with who needs them', async () => {
    await using there = await town()
    const folder = await writePlugin(there.visitor, { name: 'mine', plugins: '{ acme/none: "*" }' })
    const refused = await there.run('plugin', 'install', folder, '--yes')
    expect(refused).toMatchObject({ code: 3 })
    expect(refused.stderr).toContain('local/mine 1.0.0 needs acme/none *, which nobody has')
    expect(refused.stderr).toContain('Install acme/none first, or do without it by --no-deps')
  })
})

describe.skipIf(isSkipped)(`a project${skipReason}`, () => {
  it('requires what is saved, pins it, and installs just that elsewhere', async () => {
    await using there = await town()
    const { visitor } = there
    await writeFile(
      join(visitor.folder, 'milkbottle.yaml'),
      '# ours\nplugins:\n  keepVersions: 9 # many\n',
    )
    expect(await there.run('plugin', 'install', 'acme/report', '--yes', '--save')).toMatchObject({
      code: 0,
    })
    expect(await readFile(join(visitor.folder, 'milkbottle.yaml'), 'utf8')).toBe(
      '# ours\nplugins:\n  keepVersions: 9 # many\n  required:\n    acme/report: ^1.0.0\n',
    )
    await there.publisher.publish({ name: 'pdf', version: '1.1.0', plugins: '{ fonts: ^1.0.0 }' })
    await using other = await there.publisher.visitor()
    const inside = join(visitor.folder, 'src')
    await mkdir(inside)
    const frozen = ['plugin', 'install', '--frozen', '--yes']
    expect(await other.mb(frozen, { cwd: inside })).toMatchObject({
      code: 0,
      stdout: `✓ Installed acme/fonts 1.0.0\n✓ Installed acme/pdf 1.0.0\n✓ Installed acme/report 1.0.0\nas pinned in ${join(visitor.folder, 'milkbottle.lock')}\n`,
    })
    await writeFile(
      join(visitor.folder, 'milkbottle.yaml'),
      'plugins: { required: { acme/report: ^2.0.0 } }\n',
    )
    expect(await other.mb(frozen, { cwd: visitor.folder })).toMatchObject({ code: 3 })
  })

  it('shows in a review what plugins may do that they could not before', async () => {
    await using there = await town()
    const { visitor, publisher } = there
    await writeFile(
      join(visitor.folder, 'milkbottle.yaml'),
      'plugins: { required: { acme/pdf: "*" } }\n',
    )
    expect(await there.run('plugin', 'lock')).toMatchObject({ code: 0 })
    git(visitor.folder, 'add', '.')
    git(visitor.folder, 'commit', '-q', '-m', 'first')
    expect((await there.run('plugin', 'diff')).stdout).toBe('No plugin is other than before.\n')
    await publisher.publish({
      name: 'pdf',
      version: '1.1.0',
      permissions: '{ env: [LANG] }',
    })
    const dry = await there.run('plugin', 'lock', '--update', '--dry-run')
    expect(dry.stdout).toBe(
      `- acme/fonts 1.0.0\n↑ acme/pdf 1.0.0 → 1.1.0\n    + Read the environment variable LANG high\nNothing was written; 1 plugin would be pinned in ${join(visitor.folder, 'milkbottle.lock')}\n`,
    )
    expect((await there.run('plugin', 'diff')).stdout).toBe('No plugin is other than before.\n')
    await there.run('plugin', 'lock', '--update')
    expect((await there.run('plugin', 'diff', 'HEAD', '--markdown')).stdout).toBe(
      [
        '### Plugins: 2 plugins changed, 1 asks for more',
        '',
        '| plugin | before | after | asks for now | asked for before |',
        '| --- | --- | --- | --- | --- |',
        '| acme/fonts | 1.0.0 | – | – | – |',
        '| acme/pdf | 1.0.0 | 1.1.0 | Read the environment variable LANG (high) | – |',
        '',
      ].join('\n'),
    )
    expect(await there.run('plugin', 'diff', '--output=/tmp/x')).toMatchObject({ code: 2 })
    expect(await there.run('plugin', 'diff', 'nowhere')).toMatchObject({ code: 4 })
  })

  it('says what to do where nothing is required', async () => {
    await using place = await Place.open()
    const { code, stderr } = await place.mb(['plugin', 'install'])
    expect(code).toBe(4)
    expect(stderr).toContain('Name a plugin to install, with --save')
    expect(await place.mb(['plugin', 'install', '--link'])).toMatchObject({ code: 2 })
  })
})
