import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isSkipped, skipReason } from './engine.ts'
import { listing } from './listing.ts'
import { Place } from './mb.ts'
import { hasTerminal, mbInTerminal } from './terminal.ts'

const terminalReason = hasTerminal ? '' : ' (skipped: script of util-linux is not installed)'

const code = `import { readFileSync } from 'node:fs'
export default {
  commands: {
    outline: ({ arguments: { file } }) =>
      [readFileSync(file, 'utf8').trim(), process.env.ADA_LANG ?? '-', process.env.ADA_MORE ?? '-'].join(' '),
  },
}
`

/** A plugin that wants one variable, and could use another, in a folder of its own. */
async function writePlugin(
  place: Place,
  {
    version = '1.0.0',
    env = '[ADA_LANG]',
    name = 'notes',
  }: { readonly version?: string; readonly env?: string; readonly name?: string } = {},
): Promise<string> {
  const directory = join(place.root, name)
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, 'index.mjs'), code)
  await writeFile(
    join(directory, 'plugin.yaml'),
    `name: ${name}
version: ${version}
description: Prints an outline
author: Ada
license: MIT
entry: index.mjs
commands:
  - { name: outline, summary: Print an outline, arguments: [{ name: file, type: file, required: true }] }
permissions: { env: ${env} }
optionalPermissions: { env: [ADA_MORE], system.metrics: true }
`,
  )
  await writeFile(join(place.folder, 'README.md'), 'One\n')
  return directory
}

async function installed(): Promise<Place> {
  const place = await Place.open()
  expect(await place.mb(['plugin', 'install', await writePlugin(place), '--yes'])).toMatchObject({
    code: 0,
  })
  return place
}

const env = { ADA_LANG: 'en', ADA_MORE: 'more' }

describe('mb plugin permissions', () => {
  it('shows what a plugin may do, by which names, and what it is without', async () => {
    await using place = await installed()
    const { stdout } = await place.mb(['plugin', 'permissions', 'notes'])
    expect(stdout.replace(/since \S+,/, 'since then,')).toBe(
      [
        'local/notes may:',
        '  high  Read the environment variable ADA_LANG  env:ADA_LANG',
        '  since then, for versions 1.x',
        'It can do without, and is without:',
        '  high  Read the environment variable ADA_MORE          env:ADA_MORE',
        '  low   See the load, memory and disks of this machine  system.metrics',
        'By its type it may:',
        '  low  Read the files and folders that you name when you start it, in that run',
        '  low  Write temporary files, which are gone after each run',
        '',
      ].join('\n'),
    )
  })

  it('of all plugins counts how often somebody was asked', async () => {
    await using place = await installed()
    const { stdout } = await place.mb(['plugin', 'permissions'])
    expect(stdout).toBe(
      [
        'PLUGIN       MAY      HIGHEST RISK  VERSIONS',
        'local/notes  1 thing  high          1.x',
        '',
        'No command of a plugin was run yet.',
        '',
      ].join('\n'),
    )
    expect(JSON.parse((await place.mb(['plugin', 'permissions', '--json'])).stdout)).toMatchObject({
      plugins: [{ id: 'local/notes', granted: [{ name: 'env:ADA_LANG' }], range: '1.x' }],
      questions: 0,
      commands: 0,
      questionsPerHundred: null,
    })
  })

  it.skipIf(isSkipped || !hasTerminal)(
    `asks once, however many commands follow: below one in a hundred${skipReason}${terminalReason}`,
    { timeout: 600_000 },
    async () => {
      await using place = await Place.open()
      const source = await writePlugin(place)
      const install = await mbInTerminal(place, ['plugin', 'install', source], {
        after: 'and grant this?',
        type: 'y\r',
      })
      expect(install.code).toBe(0)
      const count = process.env['MB_TEST_SIZE'] === 'full' ? 400 : 24
      const files = Array.from({ length: count }, (_, at) => `file-${at}.md`)
      for (const file of files) {
        // oxlint-disable-next-line no-await-in-loop -- as a person would, one after the other
        await writeFile(join(place.folder, file), file)
        // oxlint-disable-next-line no-await-in-loop -- as above
        const run = await place.mb(['outline', file], { env })
        expect(run).toEqual({ code: 0, stdout: `${file} en -\n`, stderr: '' })
      }
      // An update that asks for no more, and once more the same: neither asks.
      const next = await writePlugin(place, { version: '1.1.0' })
      for (const version of ['1.1.0', '1.1.0']) {
        // oxlint-disable-next-line no-await-in-loop -- the second finds what the first installed
        const update = await place.mb(['plugin', 'install', next])
        expect(update).toMatchObject({ code: 0, stdout: expect.stringContaining(version) })
      }
      const { stdout } = await place.mb(['plugin', 'permissions', '--json'])
      const tally: { questionsPerHundred: number } = JSON.parse(stdout)
      expect(tally).toMatchObject({ questions: 1, commands: count })
      expect(tally.questionsPerHundred).toBeCloseTo(100 / count, 1)
      expect(tally.questionsPerHundred < 1).toBe(count > 100)
      expect((await place.mb(['status'])).stdout).toContain(
        `${tally.questionsPerHundred} questions per 100 commands of plugins\n`,
      )
      expect((await place.mb(['plugin', 'permissions'])).stdout).toContain(
        `questions per 100 commands: ${tally.questionsPerHundred} (1 asked, ${count} run)\n`,
      )
    },
  )
})

describe('mb plugin approve', () => {
  it('grants what is optional by its name, beside what is granted', async () => {
    await using place = await installed()
    const optional = ['--optional', 'env:ADA_MORE']
    const {
      code: exit,
      stdout,
      stderr,
    } = await place.mb(['plugin', 'approve', 'notes', ...optional, '--yes'])
    expect(exit).toBe(0)
    expect(stderr).toContain(
      'It can do without, and you chose to let it:\n  high  Read the environment variable ADA_MORE\n',
    )
    expect(stdout).toContain('✓ Granted to local/notes 1.0.0\n')
    const again = await place.mb(['plugin', 'approve', 'notes', ...optional])
    expect(again).toMatchObject({ code: 0, stderr: '' })
    expect(again.stdout).toContain('All of it was granted to local/notes before')
    const wrong = await place.mb(['plugin', 'approve', 'notes', '--optional', 'net:evil.example'])
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('MB_PERMISSION_UNKNOWN'),
    })
  })

  it('never lets --yes stand for something grave that is optional', async () => {
    await using place = await Place.open()
    const source = await writePlugin(place)
    const manifest = await readFile(join(source, 'plugin.yaml'), 'utf8')
    await writeFile(
      join(source, 'plugin.yaml'),
      manifest.replace('system.metrics: true', 'exec: [{ command: git, args: [log] }]'),
    )
    expect(await place.mb(['plugin', 'install', source, '--yes'])).toMatchObject({ code: 0 })
    const grave = await place.mb(['plugin', 'approve', 'notes', '--optional', 'exec', '--yes'])
    expect(grave.code).toBe(3)
    expect(grave.stderr).toContain(
      'Cannot grant what "local/notes" asks for: --yes does not stand for a person here',
    )
  })

  it('installs a plugin that was found in the project, and keeps to consent for that', async () => {
    await using place = await Place.open()
    const source = await writePlugin(place)
    const found = join(place.folder, 'plugins', 'notes')
    await cp(source, found, { recursive: true })
    const nobody = await place.mb(['plugin', 'approve', 'notes'])
    expect(nobody).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(`from       ${found}\n`),
    })
    expect(await listing(place.home)).toEqual([])
    const yes = await place.mb(['plugin', 'approve', 'notes', '--yes'])
    expect(yes).toMatchObject({ code: 0, stdout: expect.stringContaining('local/notes may:') })
    expect(await place.mb(['plugin', 'approve', 'nobody'])).toMatchObject({ code: 4 })
  })

  it('holds a plugin to the installed version with --exact, so that the next one asks', async () => {
    await using place = await installed()
    const exact = await place.mb(['plugin', 'approve', 'notes', '--exact'])
    expect(exact.stdout).toContain('for version 1.0.0 alone\n')
    const next = await writePlugin(place, { version: '1.0.1' })
    const update = await place.mb(['plugin', 'install', next])
    expect(update.code).toBe(3)
    expect(update.stderr).toContain(
      'You are asked again, because:\n  It is version 1.0.1, and you agreed to 1.0.0\n',
    )
  })

  it('goes by an approval file, each optional permission for itself', async () => {
    await using place = await installed()
    await place.mb(['plugin', 'revoke', 'notes'])
    const file = join(place.folder, 'approvals.json')
    const request = await place.mb(['plugin', 'approve', 'notes', '--request-approval', file])
    expect(request.code).toBe(3)
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      approvals: [
        {
          plugin: 'local/notes',
          permissions: ['high: Read the environment variable ADA_LANG'],
          optional: [
            { permission: 'env:ADA_MORE', approved: false },
            { permission: 'system.metrics', approved: false },
          ],
          approved: false,
        },
      ],
    })
    const approve = ['plugin', 'approve', 'notes', '--approval', file]
    expect(await place.mb(approve)).toMatchObject({ code: 3 })
    const text = await readFile(file, 'utf8')
    // The package itself, and the first optional one; not the second.
    const [first = '', second = '', third = '', rest = ''] = text.split('"approved": false')
    await writeFile(
      file,
      `${first}"approved": true${second}"approved": true${third}"approved": false${rest}`,
    )
    const approved = await place.mb([...approve, '--json'])
    expect(JSON.parse(approved.stdout)).toMatchObject({
      granted: [{ name: 'env:ADA_LANG' }, { name: 'env:ADA_MORE' }],
      optional: [{ name: 'system.metrics' }],
    })
  })

  it.skipIf(!hasTerminal)(
    `asks in a terminal, and takes Enter for a no${terminalReason}`,
    async () => {
      await using place = await installed()
      await place.mb(['plugin', 'revoke', 'notes'])
      const question = { after: 'Grant this to local/notes? [y/N]' }
      const no = await mbInTerminal(place, ['plugin', 'approve', 'notes'], {
        ...question,
        type: '\r',
      })
      expect(no).toMatchObject({
        code: 3,
        stdout: expect.stringContaining('MB_PLUGIN_CONSENT_DENIED'),
      })
      const yes = await mbInTerminal(place, ['plugin', 'approve', 'notes'], {
        ...question,
        type: 'y\r',
      })
      expect(yes).toMatchObject({ code: 0, stdout: expect.stringContaining('Granted to') })
      const { stdout } = await place.mb(['plugin', 'permissions', '--json'])
      expect(JSON.parse(stdout)).toMatchObject({ questions: 2 })
    },
  )
})

describe('mb plugin revoke', () => {
  it.skipIf(isSkipped)(
    `takes one thing from the next run on, and all of it${skipReason}`,
    async () => {
      await using place = await installed()
      expect((await place.mb(['outline', 'README.md'], { env })).stdout).toBe('One en -\n')
      const one = await place.mb(['plugin', 'revoke', 'notes', 'env:ADA_LANG'])
      expect(one.stdout).toContain(
        '✓ Taken back from local/notes, from its next run on:\n  high  Read the environment variable ADA_LANG  env:ADA_LANG\n  What runs now keeps what it has until it ends.\n',
      )
      expect((await place.mb(['outline', 'README.md'], { env })).stdout).toBe('One - -\n')
      // An update does not bring it back, and does not ask.
      const next = await writePlugin(place, { version: '1.1.0' })
      expect(await place.mb(['plugin', 'install', next])).toMatchObject({ code: 0 })
      expect((await place.mb(['outline', 'README.md'], { env })).stdout).toBe('One - -\n')
      expect((await place.mb(['plugin', 'permissions', 'notes'])).stdout).toContain(
        'You took back, and it is not asked for again:\n  high  Read the environment variable ADA_LANG  env:ADA_LANG\n',
      )
      const all = await place.mb(['plugin', 'revoke', 'notes'])
      expect(all.stdout).toContain('everything. It does not run until you approve it again.')
      const run = await place.mb(['outline', 'README.md'])
      expect(run).toMatchObject({ code: 3, stderr: expect.stringContaining('mb plugin approve') })
      expect((await place.mb(['plugin', 'revoke', 'notes'])).stdout).toContain('nothing is changed')
    },
  )
})
