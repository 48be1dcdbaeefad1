import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { codeBlocks } from './code-blocks.ts'
import { runPage, type ShellResult } from './run-page.ts'

function run(markdown: string): Promise<readonly ShellResult[]> {
  return runPage(codeBlocks('a.md', markdown), { GREETING: 'hello' })
}

describe('runPage()', () => {
  it('runs the blocks of a page in one home, each where the last one left off', async () => {
    const results = await run(
      '```sh\nmkdir notes && cd notes\necho hi >a.txt\n```\n```console\n$ pwd\n~/notes\n$ cat a.txt\nhi\n```',
    )
    expect(results.map(({ failure }) => failure)).toEqual([undefined, undefined])
  })

  it('fails a script at its first failing command, and shows what it printed', async () => {
    const [result] = await run('```sh\necho before >&2\nfalse\necho after\n```')
    expect(result?.failure).toBe('exit code 1\nbefore')
  })

  it('fails a transcript that differs, and has it as it is now', async () => {
    const [result] = await run('```console\n$ echo "$GREETING"\ngoodbye\n```')
    expect(result).toMatchObject({
      failure: 'it prints something else now; --update captures it anew\n- goodbye\n+ hello',
      captured: '$ echo "$GREETING"\nhello',
    })
  })

  it('lets a transcript differ in what is masked', async () => {
    const [result] = await run('```console\n$ echo took 12 ms\ntook 15.3 ms\n```')
    expect(result?.failure).toBeUndefined()
  })

  it('shows the page nothing of this repository, its variables and its home', async () => {
    const [result] = await run(
      '```sh\n[ "$HOME" != ~root ] && [ -z "$(ls "$HOME")" ]\n[ -z "$(env | grep -E "^(npm_|VITEST)")$(command -v vitest)" ]\n```',
    )
    expect(result?.failure).toBeUndefined()
  })

  it('lets what a background script starts run to the end of the page, and no longer', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mb-background-'))
    try {
      const pid = join(folder, 'pid')
      const results = await run(
        `\`\`\`sh background\nsleep 60 &\necho $! >${pid}\n\`\`\`\n\`\`\`sh\ngrep -qa sleep "/proc/$(cat ${pid})/cmdline"\n\`\`\``,
      )
      expect(results.map(({ failure }) => failure)).toEqual([undefined, undefined])
      const command = join('/proc', (await readFile(pid, 'utf8')).trim(), 'cmdline')
      await expect.poll(() => readFile(command, 'utf8').catch(() => '')).not.toContain('sleep')
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  it('ends what a script leaves running', async () => {
    const results = await run(
      '```sh\nsleep 60 &\necho $! >pid\n```\n```sh\nfor turn in $(seq 100); do grep -qa sleep "/proc/$(cat pid)/cmdline" || exit 0; sleep 0.1; done; exit 1\n```',
    )
    expect(results.map(({ failure }) => failure)).toEqual([undefined, undefined])
  })
})
