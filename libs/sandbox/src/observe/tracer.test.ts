import { expect, it } from 'vitest'
import { Tracer } from './tracer.ts'

it('tells that nothing could be started to watch with', async () => {
  const missing = { path: '/no/such/program', changedMs: 0, inode: 0, setuid: false }
  const tools = { strace: missing, shell: missing, cat: missing }
  await expect(Tracer.attach(process.pid, tools, () => {})).rejects.toMatchObject({
    code: 'MB_SANDBOX_FAILED',
    message: 'Cannot observe a program: strace ended',
  })
})
