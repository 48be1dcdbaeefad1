import { execFile } from 'node:child_process'
import { chmod, chown, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from './engine.ts'

const isRoot = process.getuid?.() === 0
const somebody = 65_534

/** What checking a grant says to somebody for whom permissions count. */
async function checkAs(path: string, access: 'read' | 'write' = 'read'): Promise<unknown> {
  const script = `
    const { checkPolicy } = await import('@mb/sandbox')
    const said = await checkPolicy({ fs: { [process.argv[2]]: [process.argv[1]] } }).then(() => 'granted', ({ code, message, hint }) => ({ code, message, hint }))
    console.log(JSON.stringify(said))`
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@mb/source', '--input-type=module', '-e', script, path, access],
    {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      ...(isRoot ? { uid: somebody, gid: somebody } : {}),
    },
  )
  return JSON.parse(stdout)
}

const refused = (path: string, state: string): unknown => ({
  code: 'MB_SANDBOX_POLICY',
  message: `Cannot grant "${path}": ${state}`,
  hint: 'Grant what you may read yourself',
})

describe('a folder that the person may not enter', () => {
  it('is refused by its name, and so is what lies in it', async () => {
    await using folder = await temporaryFolder()
    const closed = join(folder.path, 'closed')
    await mkdir(join(closed, 'below'), { recursive: true })
    await chmod(folder.path, 0o755)
    if (isRoot) await chown(closed, somebody, somebody)
    expect(await checkAs(closed)).toBe('granted')
    await chmod(closed, 0o000)
    expect(await checkAs(closed)).toEqual(refused(closed, `you may not look into "${closed}"`))
    const below = join(closed, 'below')
    expect(await checkAs(below)).toEqual(refused(below, 'you may not look there'))
    // One such folder in what is open hides from us what we would have to hide.
    await chmod(closed, 0o700)
    await mkdir(join(closed, '.github'), { mode: 0o000 })
    if (isRoot) await chown(join(closed, '.github'), somebody, somebody)
    const inner = join(closed, '.github')
    expect(await checkAs(closed, 'write')).toEqual(
      refused(closed, `you may not look into "${inner}"`),
    )
  })
})
