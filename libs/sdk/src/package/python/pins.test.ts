import { describe, expect, it } from 'vitest'
import { parsePins } from './pins.ts'

const [one, other] = ['1'.repeat(64), '2'.repeat(64)]

describe('parsePins()', () => {
  it('reads the hashes of each package, over several lines and with conditions', () => {
    const text = `# made by hand
--index-url https://example.com/simple
Beautiful_Soup4[lxml]==4.12.3 ; python_version >= "3.9" \\
    --hash=sha256:${one} \\
    --hash=sha256:${other}
requests==2.32.3 --hash sha256:${one}\r
unpinned==1.0
`
    expect([...parsePins(text)].map(([name, hashes]) => [name, [...hashes]])).toEqual([
      ['beautiful-soup4', [one, other]],
      ['requests', [one]],
    ])
  })

  it.each(['', 'requests\n', `requests --hash=md5:${one}`, `requests --hash=sha256:${one}0`])(
    'finds none in %j',
    (text) => expect(parsePins(text).size).toBe(0),
  )
})
