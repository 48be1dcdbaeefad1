import { mechanism, node, type Mechanism, type Targets } from '../mechanism.ts'

export function native({ base, library, libraryTraces, canary }: Targets): readonly Mechanism[] {
  return [
    mechanism(
      'load an addon that leaves its folder',
      'filesystem',
      node(
        `try { process.dlopen({ exports: {} }, args[0]) } catch (error) { if (!/self-register/.test(error.message)) process.exit(1) } process.exit(1)`,
        library ?? '',
      ),
      {
        trace: libraryTraces.outside,
        skip: library === undefined ? 'there is no compiler to make one' : undefined,
      },
    ),
    mechanism(
      'call functions of the system',
      'filesystem',
      node(
        `
      let ffi
      try { ffi = await import('node:ffi') } catch { process.exit(1) }
      const libc = ffi.dlopen('libc.so.6', { open: { parameters: ['string', 'i32'], result: 'i32' } })
      process.exit(libc.functions.open(args[0], 0) >= 0 ? 0 : 1)`,
        canary,
      ),
      { feature: 'node:ffi in this Node' },
    ),
    mechanism(
      'open the root for WebAssembly',
      'filesystem',
      node(
        `
      process.removeAllListeners('warning')
      const { WASI } = await import('node:wasi')
      const wasi = new WASI({ version: 'preview1', preopens: { '/': args[0] } })
      const memory = new WebAssembly.Memory({ initial: 1 })
      wasi.initialize({ exports: { memory } })
      const bytes = Buffer.from(memory.buffer)
      bytes.write('canary', 1024)
      const { path_open, fd_read } = wasi.wasiImport
      if (path_open(3, 0, 1024, 6, 0, 2n, 2n, 0, 2048) !== 0) process.exit(1)
      bytes.writeUInt32LE(4096, 3000); bytes.writeUInt32LE(6, 3004)
      if (fd_read(bytes.readUInt32LE(2048), 3000, 1, 3100) !== 0) process.exit(1)
      process.exit(bytes.toString('utf8', 4096, 4102) === 'canary' ? 0 : 1)`,
        base,
      ),
    ),
  ]
}
