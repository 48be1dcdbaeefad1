import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { extractArchive, verifyPackage } from '@mb/manifest'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { makeWheel, type WheelRecipe } from '../../fixtures/make-wheel.ts'
import { TemporaryFolder } from '../../fixtures/temporary-folder.ts'
import { runCommand } from '../../run-command.ts'
import { packagePlugin, type PackagePluginOptions } from '../package-plugin.ts'

const mood: WheelRecipe = { name: 'mood', version: '2.1', metadata: 'License: MIT\n' }
const smile: WheelRecipe = { name: 'smile', version: '1.0' }
const packaging: PackagePluginOptions = { build: false, forms: ['zip'] }
const hasPip = await canFetch()
const isSkipped = !hasPip && process.env['MB_REQUIRE_ENGINES'] !== '1'

async function canFetch(): Promise<boolean> {
  const pip = await runCommand('python3', ['-m', 'pip', '--version'], { cwd: '/' }).catch(
    () => undefined,
  )
  return pip?.code === 0
}

function project(more = ''): Readonly<Record<string, string>> {
  return {
    'plugin.yaml': `name: notes
version: 1.2.3
description: Keeps notes
author: Ada
license: MIT
entry: notes.main
dependencies: ["mood>=2"]
${more}`,
    'notes/main.py': 'import mood\n',
  }
}

/** Packages, and lists what came of it. */
async function filesOf(folder: TemporaryFolder, options = packaging): Promise<readonly string[]> {
  const { archives } = await packagePlugin(folder.path, options)
  await extractArchive(archives[0]?.file ?? '', folder.file('out'))
  return (await verifyPackage(folder.file('out'))).tree.files.map(({ path }) => path)
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('packagePlugin() of a plugin in Python', () => {
  it('unpacks the wheels of wheels/ to where it is imported from', async () => {
    await using folder = await TemporaryFolder.make(project())
    const sha256 = await makeWheel(folder.file('wheels'), {
      ...mood,
      files: {
        'mood-2.1.data/purelib/mood/face.py': '',
        'mood-2.1.data/scripts/mood': '#!python\n',
        'mood-2.1.data/headers/mood.h': '',
      },
    })
    expect(await filesOf(folder)).toEqual([
      'notes/main.py',
      'plugin.yaml',
      'vendor/python/mood-2.1.dist-info/METADATA',
      'vendor/python/mood-2.1.dist-info/RECORD',
      'vendor/python/mood-2.1.dist-info/WHEEL',
      'vendor/python/mood/__init__.py',
      'vendor/python/mood/face.py',
    ])
    expect(
      JSON.parse(await readFile(folder.file('out/.milkbottle/sbom.json'), 'utf8')),
    ).toMatchObject({
      components: [
        {
          name: 'mood',
          version: '2.1',
          purl: 'pkg:pypi/mood@2.1',
          licenses: [{ license: { name: 'MIT' } }],
          hashes: [{ alg: 'SHA-256', content: sha256 }],
        },
      ],
    })
  })

  it('gives the same bytes twice', async () => {
    await using folder = await TemporaryFolder.make(project())
    await makeWheel(folder.file('wheels'), mood)
    const once = await packagePlugin(folder.path, packaging)
    expect(await packagePlugin(folder.path, packaging)).toEqual(once)
  })

  it('takes for a target its native wheel, and for all machines the one without native code', async () => {
    const engines = 'engines: { python: ~3.11.0 }\n'
    await using folder = await TemporaryFolder.make(project(engines))
    await makeWheel(folder.file('wheels'), mood)
    await makeWheel(folder.file('wheels'), {
      ...mood,
      tag: 'cp311-cp311-manylinux2014_x86_64',
      files: { 'mood/_fast.so': 'ELF' },
    })
    const { archives, packages } = await packagePlugin(folder.path, {
      ...packaging,
      target: 'linux-x64',
    })
    expect(archives[0]?.file).toBe(folder.file('packages/notes-1.2.3-linux-x64.zip'))
    expect(packages).toHaveLength(1)
    await extractArchive(archives[0]?.file ?? '', folder.file('native'))
    const native = await verifyPackage(folder.file('native'))
    expect(native.manifest.platforms).toEqual(['linux-x64'])
    expect(native.tree.files.map(({ path }) => path)).toContain('vendor/python/mood/_fast.so')
    expect(await filesOf(folder)).not.toContain('vendor/python/mood/_fast.so')
  })

  it.each([
    [
      'a package that is not there',
      [smile],
      'MB_SDK_PACKAGES_MISSING',
      'Cannot package "notes": it declares packages that are not there: mood >=2.0.0',
    ],
    [
      'another version',
      [{ ...mood, version: '1.9' }],
      'MB_SDK_PACKAGES_MISSING',
      'Cannot package "notes": it declares packages that are not there: mood >=2.0.0 (there is 1.9)',
    ],
    [
      'what a package needs and is not there',
      [
        {
          ...mood,
          metadata: 'Requires-Dist: smile>=1\nRequires-Dist: tears; sys_platform == "win32"\n',
        },
      ],
      'MB_SDK_PACKAGES_MISSING',
      'Cannot package what the plugin needs: "mood" needs "smile"',
    ],
    [
      'a file that was changed',
      [{ ...mood, tampered: { 'mood/__init__.py': 'evil()\n' } }],
      'MB_SDK_WHEEL_BROKEN',
      'Cannot package "mood-2.1-py3-none-any.whl": it holds "mood/__init__.py" with another content than its RECORD lists',
    ],
    [
      'a file that was added',
      [{ ...mood, tampered: { 'mood/evil.py': '' } }],
      'MB_SDK_WHEEL_BROKEN',
      'Cannot package "mood-2.1-py3-none-any.whl": it holds "mood/evil.py", which its RECORD does not list',
    ],
    [
      'a file that was removed',
      [{ ...mood, record: 'mood/gone.py,sha256=x,1\n' }],
      'MB_SDK_WHEEL_BROKEN',
      'Cannot package "mood-2.1-py3-none-any.whl": it lists "mood/gone.py", and does not hold it',
    ],
    [
      'native code for every machine',
      [{ ...mood, files: { 'mood/_fast.so': 'ELF' } }],
      'MB_SDK_WHEEL_BROKEN',
      'Cannot package "mood-2.1-py3-none-any.whl": it says that it is for every machine, and holds native code ("mood/_fast.so")',
    ],
    [
      'native code without a target',
      [{ ...mood, tag: 'py3-none-linux_x86_64' }],
      'MB_SDK_PACKAGE_UNFIT',
      'Cannot package "mood-2.1-py3-none-linux_x86_64.whl": it has native code for some machines alone, and the package is for all: name one with --target',
    ],
    [
      'two files of one name',
      [mood, { ...smile, files: { 'mood/__init__.py': 'other\n' } }],
      'MB_SDK_WHEEL_BROKEN',
      'Cannot package "smile": another wheel holds "mood/__init__.py" with another content',
    ],
    [
      'two versions of one package',
      [mood, { ...mood, version: '2.2' }],
      'MB_SDK_WHEEL_BROKEN',
      'Cannot package "mood-2.1-py3-none-any.whl": there is "mood-2.2-py3-none-any.whl" too',
    ],
  ])('refuses %s', async (_what, wheels, code, message) => {
    await using folder = await TemporaryFolder.make(project())
    for (const each of wheels) await makeWheel(folder.file('wheels'), each)
    await expect(packagePlugin(folder.path, packaging)).rejects.toMatchObject({ code, message })
    expect((await folder.list()).filter((path) => path.startsWith('packages'))).toEqual([])
  })

  it('refuses a wheel that is another package than its name says', async () => {
    await using folder = await TemporaryFolder.make(project())
    await makeWheel(folder.file('wheels'), smile)
    await rename(
      folder.file('wheels/smile-1.0-py3-none-any.whl'),
      folder.file('wheels/mood-2.1-py3-none-any.whl'),
    )
    await expect(packagePlugin(folder.path, packaging)).rejects.toMatchObject({
      code: 'MB_SDK_WHEEL_BROKEN',
      message: 'Cannot package "mood-2.1-py3-none-any.whl": it says that it is smile 1.0',
    })
  })

  it('refuses sources, which would have to be built', async () => {
    await using folder = await TemporaryFolder.make(project())
    await folder.write({ 'wheels/mood-2.1.tar.gz': '' })
    await expect(packagePlugin(folder.path, packaging)).rejects.toMatchObject({
      code: 'MB_SDK_PACKAGE_UNFIT',
      message:
        'Cannot package "mood-2.1.tar.gz": it holds sources, and to build them would run its author\'s code here',
    })
  })

  it('refuses what is no archive, or would write beside its folder', async () => {
    await using folder = await TemporaryFolder.make(project())
    await folder.write({ 'wheels/mood-2.1-py3-none-any.whl': 'PK' })
    await expect(packagePlugin(folder.path, packaging)).rejects.toMatchObject({
      code: 'MB_ARCHIVE_FORM',
    })
  })

  it('takes no wheel that requirements.txt does not pin', async () => {
    await using folder = await TemporaryFolder.make(project())
    const sha256 = await makeWheel(folder.file('wheels'), mood)
    const pin = (digest: string): Promise<void> =>
      writeFile(folder.file('requirements.txt'), `Mood==2.1 \\\n  --hash=sha256:${digest}\n`)
    await pin('0'.repeat(64))
    await expect(packagePlugin(folder.path, packaging)).rejects.toMatchObject({
      code: 'MB_SDK_WHEEL_BROKEN',
      message:
        'Cannot package "mood-2.1-py3-none-any.whl": it is not the one that requirements.txt pins',
    })
    await pin(sha256)
    await expect(packagePlugin(folder.path, packaging)).resolves.toMatchObject({ name: 'notes' })
  })
})

describe.skipIf(isSkipped)('packagePlugin() with pip', () => {
  it('fetches what requirements.txt pins, by its digests', async () => {
    await using folder = await TemporaryFolder.make(project())
    await mkdir(folder.file('index'))
    const sha256 = await makeWheel(folder.file('index'), mood)
    vi.stubEnv('PIP_NO_INDEX', '1')
    vi.stubEnv('PIP_FIND_LINKS', folder.file('index'))
    const requirements = folder.file('requirements.txt')
    await writeFile(requirements, `mood==2.1 --hash=sha256:${sha256}\n`)
    expect(await filesOf(folder)).toContain('vendor/python/mood/__init__.py')

    await writeFile(requirements, `mood==2.1 --hash=sha256:${'0'.repeat(64)}\n`)
    await expect(packagePlugin(folder.path, packaging)).rejects.toMatchObject({
      code: 'MB_SDK_COMMAND_FAILED',
    })
  })

  it('runs no module of the project that is called as one of pip', async () => {
    await using folder = await TemporaryFolder.make(project())
    await mkdir(folder.file('index'))
    const sha256 = await makeWheel(folder.file('index'), mood)
    vi.stubEnv('PIP_NO_INDEX', '1')
    vi.stubEnv('PIP_FIND_LINKS', folder.file('index'))
    const ran = folder.file('ran')
    await folder.write({
      'requirements.txt': `mood==2.1 --hash=sha256:${sha256}\n`,
      'pip/__init__.py': '',
      'pip/__main__.py': `open(${JSON.stringify(ran)}, 'w').close()\n`,
    })
    expect(await filesOf(folder)).toContain('vendor/python/mood/__init__.py')
    expect(existsSync(ran)).toBe(false)
  })

  it('says so when Python has no pip', async () => {
    await using folder = await TemporaryFolder.make(project())
    await writeFile(folder.file('requirements.txt'), `mood==2.1 --hash=sha256:${'0'.repeat(64)}\n`)
    await folder.write({
      'bin/python3': '#!/bin/sh\necho "python3: No module named pip" >&2\nexit 1\n',
    })
    await runCommand('chmod', ['+x', 'bin/python3'], { cwd: folder.path })
    vi.stubEnv('PATH', `${folder.file('bin')}:${process.env['PATH'] ?? ''}`)
    await expect(packagePlugin(folder.path, packaging)).rejects.toMatchObject({
      code: 'MB_SDK_COMMAND_MISSING',
      message: 'Cannot fetch wheels: Python has no pip here',
    })
  })
})
