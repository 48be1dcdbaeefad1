import { execFileSync, spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { shells } from '../src/completion/scripts.ts'
import { Place, program } from './mb.ts'

const checks = {
  bash: ['bash', '-n'],
  zsh: ['zsh', '-n'],
  fish: ['fish', '--no-execute'],
  powershell: ['pwsh', '-NoProfile', '-NonInteractive', '-File'],
} as const

function isInstalled(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0
}

describe('mb completion', () => {
  for (const shell of shells) {
    const [command, ...flags] = checks[shell]
    const reason = isInstalled(command) ? '' : ` (skipped: ${command} is not installed)`
    it.skipIf(reason !== '')(`prints a script that ${shell} accepts${reason}`, async () => {
      await using place = await Place.open()
      const { code, stdout, stderr } = await place.mb(['completion', shell])
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      const file = join(place.folder, shell === 'powershell' ? 'mb.ps1' : 'mb')
      await writeFile(file, stdout)
      expect(spawnSync(command, [...flags, file], { encoding: 'utf8' })).toMatchObject({
        status: 0,
        stderr: '',
      })
    })
  }

  it('gives the script with --json too', async () => {
    await using place = await Place.open()
    const { stdout } = await place.mb(['completion', 'bash', '--json'])
    expect(JSON.parse(stdout)).toEqual({
      shell: 'bash',
      script: (await place.mb(['completion', 'bash'])).stdout,
    })
  })

  it('completes in a real bash', async () => {
    await using place = await Place.open()
    const { stdout: script } = await place.mb(['completion', 'bash'])
    await writeFile(join(place.folder, 'script'), script)
    await writeFile(
      join(place.folder, 'mb'),
      `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`,
      { mode: 0o755 },
    )
    const ask = (...words: string[]): string =>
      execFileSync(
        'bash',
        [
          '-c',
          'source ./script; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mb_complete; printf "%s\\n" "${COMPREPLY[@]}"',
          'bash',
          'mb',
          ...words,
        ],
        {
          cwd: place.folder,
          env: { ...place.env, PATH: `${place.folder}:${dirname(process.execPath)}:/usr/bin:/bin` },
          encoding: 'utf8',
        },
      )
    expect(ask('plugin', 'in')).toBe('install\ninfo\n')
    expect(ask('sdk', 'keys', 'create', '--js')).toBe('--json\n')
    expect(ask('completion', 'f')).toBe('fish\n')
  })
})
