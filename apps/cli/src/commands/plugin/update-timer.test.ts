import { describe, expect, it } from 'vitest'
import { updateTimer } from './update-timer.ts'

describe('updateTimer()', () => {
  it('quotes what systemd would split or expand', () => {
    const { service } = updateTimer({ home: '/a b/%h/$x/"q"', env: { MB_HOME: 'set' } })
    expect(service).toContain('Environment="MB_HOME=/a b/%%h/$$x/\\"q\\""\n')
    expect(service).toMatch(/^ExecStart=\S+ \S+ plugin update --if-due$/m)
  })

  it('names no home where nobody set one', () => {
    const { service, timer } = updateTimer({ home: '/home/ada/.milkbottle', env: {} })
    expect(service).not.toContain('MB_HOME')
    expect(timer).toContain('[Timer]\n')
  })
})
