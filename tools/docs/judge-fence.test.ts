import { describe, expect, it } from 'vitest'
import { codeBlocks } from './code-blocks.ts'
import { judgeFence } from './judge-fence.ts'

function judge(info: string): unknown[] {
  return codeBlocks('a.md', `\`\`\`${info}\n\`\`\`\n`).map(judgeFence)
}

describe('judgeFence()', () => {
  it.each(['ts', 'sh', 'sh in=repository', 'console in="repository"', 'json', 'text'])(
    'lets %s run',
    (info) => {
      expect(judge(info)).toEqual([{ kind: 'run' }])
    },
  )

  it('excuses a block for a reason', () => {
    const reason = 'installs into your own project'
    expect(judge(`sh no-run reason="${reason}"`)).toEqual([{ kind: 'excused', reason }])
  })

  it.each(['sh no-run', 'ts no-run reason=""', 'sh no-run reason="  "'])(
    'does not excuse %s, which states none',
    (info) => {
      const failure = 'no-run needs a reason: no-run reason="…"'
      expect(judge(info)).toEqual([{ kind: 'wrong', failure }])
    },
  )

  it.each([
    ['', 'no block in "" is checked; use one of ts, sh, console, json, jsonl, yaml, text, diff'],
    [
      'bash',
      'no block in "bash" is checked; use one of ts, sh, console, json, jsonl, yaml, text, diff',
    ],
    ['sh norun reason="x"', '`sh` has no attribute norun'],
    ['ts in=repository', '`ts` has no attribute in'],
    ['sh in=home', 'there is no in=home; without it a block runs in a temporary home'],
  ])('refuses %j, which would pass without having run', (info, failure) => {
    expect(judge(info)).toEqual([{ kind: 'wrong', failure }])
  })
})
