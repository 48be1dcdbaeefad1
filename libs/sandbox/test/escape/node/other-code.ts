import { mechanism, node, type Mechanism, type Targets } from '../mechanism.ts'
import { isCanary } from './canary.ts'

export function otherCode({ canary, granted }: Targets): readonly Mechanism[] {
  const source = `require('node:fs').readFileSync(${JSON.stringify(canary)}, 'utf8')`
  return [
    mechanism(
      'read in a worker',
      'filesystem',
      node(
        `
      const { Worker } = await import('node:worker_threads')
      ${isCanary}
      new Worker('require("node:worker_threads").parentPort.postMessage(' + args[0] + ')', { eval: true }).on('message', tell).on('error', denied)`,
        source,
      ),
    ),
    mechanism(
      'read in hooks of the loader of modules',
      'filesystem',
      node(
        `
      const { register } = await import('node:module')
      const { MessageChannel } = await import('node:worker_threads')
      ${isCanary}
      const { port1, port2 } = new MessageChannel()
      port1.on('message', tell)
      register('data:text/javascript,' + encodeURIComponent('import { readFileSync } from "node:fs"; export function initialize({ port, path }) { let said; try { said = readFileSync(path, "utf8") } catch { said = "" } port.postMessage(said) }'), { data: { port: port2, path: args[0] }, transferList: [port2] })`,
        canary,
      ),
    ),
    mechanism(
      'read in hooks of this thread',
      'filesystem',
      node(
        `
      const { registerHooks } = await import('node:module')
      ${isCanary}
      registerHooks({ load: (url, context, next) => ({ format: 'module', shortCircuit: true, source: 'export default ' + JSON.stringify(process.getBuiltinModule('node:fs').readFileSync(args[0], 'utf8')) }) })
      tell((await import('node:planted').catch(() => import('data:text/javascript,0'))).default)`,
        canary,
      ),
      { variantOf: 'read in hooks of the loader of modules' },
    ),
    mechanism(
      'read by the bindings of Node',
      'filesystem',
      node(
        `
      process.noDeprecation = true
      ${isCanary}
      const fs = process.binding('fs')
      const fd = fs.open(args[0], 0, 0o666)
      const bytes = Buffer.alloc(6)
      fs.read(fd, bytes, 0, 6, -1)
      tell(bytes)`,
        canary,
      ),
    ),
    mechanism(
      'start a program by the bindings of Node',
      'filesystem',
      node(
        `
      process.noDeprecation = true
      const { spawn } = process.binding('spawn_sync')
      const { status } = spawn({ file: '/bin/grep', args: ['grep', '-q', 'canary', args[0]], stdio: [{ type: 'ignore' }, { type: 'ignore' }, { type: 'ignore' }], envPairs: [] })
      process.exit(status === 0 ? 0 : 1)`,
        canary,
      ),
      { variantOf: 'read by the bindings of Node' },
    ),
    mechanism(
      'compile code that reads, in another realm',
      'filesystem',
      node(
        `
      const vm = await import('node:vm')
      ${isCanary}
      tell(vm.runInNewContext('error.constructor.constructor("return process")().getBuiltinModule("node:fs").readFileSync(path, "utf8")', { error: new Error('x'), path: args[0] }))`,
        canary,
      ),
      { variantOf: 'read in a worker' },
    ),
    mechanism(
      'talk a guard in JavaScript over',
      'filesystem',
      node(
        `
      const { readFileSync } = await import('node:fs')
      const guarded = (path) => { if (!path.startsWith(args[0] + '/')) throw new RangeError('guarded'); return readFileSync(path, 'utf8') }
      ${isCanary}
      String.prototype.startsWith = () => true
      tell(guarded(args[1]))`,
        granted,
        canary,
      ),
    ),
  ]
}
