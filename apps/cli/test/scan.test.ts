import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isSkipped, skipReason } from './engine.ts'
import { Place } from './mb.ts'
import { writePlugin } from './publisher.ts'

const hiding = `eval(Buffer.from('Zm9yICg7Oyk7', 'base64').toString())
export default {}
`

const undeclared = `import { connect } from 'node:net'
connect(80, 'attacker.example')
export default {}
`

describe.skipIf(isSkipped)(`mb sdk scan${skipReason}`, () => {
  it('finds nothing in a plugin that does what it says', async () => {
    await using place = await Place.open()
    const directory = await writePlugin(place)
    const { code, stdout, stderr } = await place.mb(['sdk', 'scan', directory])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^✓ Nothing was found \(\d+ files, /)
  })

  it('shows what is found with its place and what helps, and ends with 3', async () => {
    await using place = await Place.open()
    await writePlugin(place, { code: hiding })
    const { code, stdout } = await place.mb(['sdk', 'scan', 'notes'])
    expect(code).toBe(3)
    expect(stdout).toMatch(
      /^ {2}(?:high|critical) dist\/index\.mjs:\d+:\d+ .*(?:\n {2}\S.*)?\(MB\d+\)\n {4}\S/m,
    )
    expect(stdout).toContain('✗ With this it is neither installed nor published')
    for (const format of [['--json'], ['--format', 'json']]) {
      const json = await place.mb(['sdk', 'scan', 'notes', ...format])
      expect(JSON.parse(json.stdout)).toMatchObject({ verdict: 'block', errors: [] })
      expect(json.code).toBe(3)
    }
  })

  it('warns of what the manifest does not ask for, which the jail denies anyway', async () => {
    await using place = await Place.open()
    await writePlugin(place, { code: undeclared })
    const { code, stdout } = await place.mb(['sdk', 'scan', 'notes'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ {2}medium dist\/index\.mjs:1:\d+ .*(?:\n {2}\S.*)?\(MB\d+\)\n {4}\S/m)
    expect(stdout).toContain('warning It would be shown to whoever installs the plugin')
  })

  it('scans of a project what would be packaged, and of an archive what is in it', async () => {
    await using place = await Place.open()
    const directory = await writePlugin(place, { code: hiding })
    await mkdir(join(directory, 'node_modules/.bin'), { recursive: true })
    await symlink('/etc/passwd', join(directory, 'node_modules/.bin/tool'))
    const project = await place.mb(['sdk', 'scan', 'notes', '--json'])
    expect(JSON.parse(project.stdout)).toMatchObject({ verdict: 'block', errors: [] })
    await place.mb(['sdk', 'package', 'notes', '--format', 'zip', '-o', 'out'])
    const [archive = ''] = await readdir(join(place.folder, 'out'))
    const packed = await place.mb(['sdk', 'scan', join('out', archive), '--json'])
    expect(JSON.parse(packed.stdout)).toMatchObject({ verdict: 'block', errors: [] })
    expect(packed.code).toBe(3)
  })

  it('says what is wrong where there is nothing to scan', async () => {
    await using place = await Place.open()
    const absent = await place.mb(['sdk', 'scan', 'absent'])
    expect(absent.stderr).toContain('(MB_CLI_SOURCE_MISSING)\nhint  ')
    expect(absent.code).toBe(4)
    await writeFile(join(place.folder, 'notes.zip'), 'not a zip')
    const broken = await place.mb(['sdk', 'scan', 'notes.zip'])
    expect(broken.stderr).toContain('(MB_ARCHIVE_FORM)')
    expect(broken.code).toBe(1)
  })

  it('leaves nothing behind', async () => {
    await using place = await Place.open()
    await writePlugin(place)
    const temporary = join(place.root, 'tmp')
    await mkdir(temporary)
    await place.mb(['sdk', 'scan', 'notes'], { env: { TMPDIR: temporary } })
    expect(await readdir(temporary)).toEqual([])
    expect(await readdir(join(place.folder, 'notes'))).toEqual(['dist', 'plugin.yaml'])
  })
})
