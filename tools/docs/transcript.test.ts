import { describe, expect, it } from 'vitest'
import { formatTranscript, maskOutput, parseTranscript } from './transcript.ts'

const transcript = '$ mb list\nnotes 1.0.0\n\n2 more\n$ cat <<E\n> a\n> E\n> quoted'

describe('parseTranscript()', () => {
  it('splits commands from what they print', () => {
    expect(parseTranscript(transcript)).toEqual([
      { command: 'mb list', output: 'notes 1.0.0\n\n2 more' },
      { command: 'cat <<E\na\nE\nquoted', output: '' },
    ])
  })

  it('is undone by formatTranscript()', () => {
    expect(formatTranscript(parseTranscript(transcript))).toBe(transcript)
  })

  it('refuses output without a command', () => {
    expect(() => parseTranscript('notes\n$ ls')).toThrow(
      'Cannot read transcript: it starts with "notes", not with "$ "',
    )
  })
})

describe('maskOutput()', () => {
  it.each([
    ['took 12.3 ms, then 4s', 'took <time>, then <time>'],
    ['key 3f9a01bc77d2', 'key <id>'],
    ['installed 2026-11-21T09:00:00.000Z', 'installed <date>'],
    ['wrote /tmp/mb-x1/a.zip (4.2 kB)', 'wrote <path> (<size>)'],
    ['bubblewrap 0.8.0, pid 4711', 'bubblewrap <version>, pid <id>'],
    ['22 mounts, ours has 179 steps', '<count> mounts, ours has <count> steps'],
    ['name      ok  \n', 'name ok'],
  ])('takes the accidental out of %j', (text, masked) => {
    expect(maskOutput(text)).toBe(masked)
  })

  it('leaves counts, names and versions of ours', () => {
    const text = 'README.md: 7 headings, 1,204 words; acme/pdf 1.2.0 refused'
    expect(maskOutput(text)).toBe(text)
  })
})
