import { join } from 'node:path'
import { mechanism, node, type Mechanism, type Targets } from './mechanism.ts'

/** Ways that Node itself offers, without any of its flags: the sandbox has to hold alone. */
export function listNode(targets: Targets): readonly Mechanism[] {
  return [
    ...paths(targets),
    ...databases(targets),
    ...reports(targets),
    ...otherCode(targets),
    ...native(targets),
    ...others(targets),
    ...talking(targets),
  ]
}

const isCanary = 'const tell = (text) => process.exit(String(text).includes("canary") ? 0 : 1)'

function paths({ canary, granted, writable }: Targets): readonly Mechanism[] {
  const name = 'name a file past the granted folder in Node'
  const fs = `const fs = await import('node:fs'); ${isCanary}`
  const past = `${granted}/../canary`
  return [
    mechanism(name, 'filesystem', node(`${fs}; tell(fs.readFileSync(args[0]))`, past)),
    mechanism(
      'name it by bytes',
      'filesystem',
      node(`${fs}; tell(fs.readFileSync(Buffer.from(args[0])))`, past),
      { variantOf: name },
    ),
    mechanism(
      'name it by an address',
      'filesystem',
      node(
        `${fs}; tell(fs.readFileSync(new URL('file://' + args[0].replace('..', '%2e%2e'))))`,
        past,
      ),
      { variantOf: name },
    ),
    mechanism(
      'name it by something that changes after it was looked at',
      'filesystem',
      node(
        `${fs}
      let asked = 0
      const file = { href: 'file:', protocol: 'file:', hostname: '', get pathname() { return asked++ === 0 ? args[0] : args[1] } }
      if (file.pathname !== args[0]) process.exit(99)
      tell(fs.readFileSync(file))`,
        `${granted}/file`,
        canary,
      ),
    ),
    mechanism(
      'copy it in',
      'filesystem',
      node(
        `${fs}; fs.cpSync(args[0], args[1]); const text = fs.readFileSync(args[1]); fs.rmSync(args[1]); tell(text)`,
        canary,
        join(writable, 'copied'),
      ),
      { variantOf: name },
    ),
    mechanism(
      'map it as a blob',
      'filesystem',
      node(`${fs}; tell(await (await fs.openAsBlob(args[0])).text().catch(() => ''))`, canary),
      { variantOf: name },
    ),
    mechanism(
      'watch a file of the host',
      'filesystem',
      node(`${fs}; const w = fs.watch(args[0]); w.close(); process.exit(0)`, canary),
    ),
    mechanism(
      'load it as a module',
      'filesystem',
      node(
        `try { process.getBuiltinModule('node:module').createRequire('/')(args[0]) } catch (error) { process.exit(error instanceof ReferenceError ? 0 : 1) }`,
        canary,
      ),
    ),
    mechanism(
      'import it by its address',
      'filesystem',
      node(
        `try { await import('file://' + args[0] + '.mjs') } catch { process.exit(1) } process.exit(globalThis.planted === 'canary' ? 0 : 1)`,
        canary,
      ),
      { variantOf: 'load it as a module' },
    ),
    mechanism(
      'read it as settings',
      'filesystem',
      node(`process.loadEnvFile(args[0]); process.exit(0)`, canary),
    ),
  ]
}

function databases({ base, writable }: Targets): readonly Mechanism[] {
  const sqlite = `const { DatabaseSync } = await import('node:sqlite')`
  const database = join(base, 'secret.db')
  return [
    mechanism(
      'open a database',
      'filesystem',
      node(
        `${sqlite}; const db = new DatabaseSync(args[0], { readOnly: true }); process.exit(db.prepare('SELECT word FROM secret').get().word === 'canary' ? 0 : 1)`,
        database,
      ),
    ),
    mechanism(
      'attach a database',
      'filesystem',
      node(
        `${sqlite}; const db = new DatabaseSync(':memory:'); db.exec("ATTACH '" + args[0] + "' AS other"); process.exit(db.prepare('SELECT word FROM other.secret').get().word === 'canary' ? 0 : 1)`,
        database,
      ),
    ),
    mechanism(
      'vacuum a database into a file',
      'filesystem',
      node(
        `${sqlite}; const db = new DatabaseSync(':memory:'); db.exec('CREATE TABLE t (a)'); db.exec("VACUUM INTO '" + args[0] + "'"); process.exit(0)`,
        join(base, 'vacuumed'),
      ),
      { trace: join(base, 'vacuumed') },
    ),
    mechanism(
      'back a database up to a file',
      'filesystem',
      node(
        `const { DatabaseSync, backup } = await import('node:sqlite'); const db = new DatabaseSync(':memory:'); db.exec('CREATE TABLE t (a)'); await backup(db, args[0]); process.exit(0)`,
        join(base, 'backup'),
      ),
      { trace: join(base, 'backup'), variantOf: 'vacuum a database into a file' },
    ),
    mechanism(
      'load an extension of a database',
      'filesystem',
      node(
        `${sqlite}; const db = new DatabaseSync(args[1] + '/own.db', { allowExtension: true }); db.enableLoadExtension(true); try { db.loadExtension(args[0]) } catch (error) { process.exit(/entry point|undefined symbol|sqlite3_extension_init/.test(error.message) ? 0 : 1) }`,
        join(base, 'library.so'),
        writable,
      ),
    ),
  ]
}

function reports({ base }: Targets): readonly Mechanism[] {
  const name = 'write a report of Node'
  const trace = (file: string): { trace: string } => ({ trace: join(base, file) })
  const flags = (flag: string, file: string): readonly string[] => [
    process.execPath,
    `${flag}=${join(base, file)}`,
    '-e',
    '0',
  ]
  return [
    mechanism(
      name,
      'filesystem',
      node(`process.report.directory = args[0]; process.report.writeReport('report.json')`, base),
      trace('report.json'),
    ),
    mechanism(
      'write a snapshot of the heap',
      'filesystem',
      node(`const v8 = await import('node:v8'); v8.writeHeapSnapshot(args[0])`, join(base, 'heap')),
      trace('heap'),
    ),
    mechanism(
      'write a profile of the heap',
      'filesystem',
      [
        process.execPath,
        '--heap-prof',
        '--heap-prof-name=heap.prof',
        `--heap-prof-dir=${base}`,
        '-e',
        '0',
      ],
      { ...trace('heap.prof'), variantOf: name },
    ),
    mechanism(
      'write a profile of the processor',
      'filesystem',
      [
        process.execPath,
        '--cpu-prof',
        '--cpu-prof-name=cpu.prof',
        `--cpu-prof-dir=${base}`,
        '-e',
        '0',
      ],
      { ...trace('cpu.prof'), variantOf: name },
    ),
    mechanism(
      'write what was covered',
      'filesystem',
      node(
        `const { spawnSync } = await import('node:child_process'); spawnSync(process.execPath, ['-e', '0'], { env: { NODE_V8_COVERAGE: args[0] } })`,
        join(base, 'coverage'),
      ),
      trace('coverage'),
    ),
    mechanism(
      'write what was traced',
      'filesystem',
      [
        process.execPath,
        '--trace-event-categories=node.bootstrap',
        `--trace-event-file-pattern=${base}/traced`,
        '-e',
        '0',
      ],
      { ...trace('traced'), variantOf: name },
    ),
    mechanism(
      'have V8 write its log',
      'filesystem',
      [
        process.execPath,
        '--log',
        '--no-logfile-per-isolate',
        `--logfile=${base}/v8.log`,
        '-e',
        '0',
      ],
      trace('v8.log'),
    ),
    mechanism(
      'have V8 write what it warns of',
      'filesystem',
      flags('--redirect-warnings', 'warnings').toSpliced(-1, 1, 'process.emitWarning("planted")'),
      { ...trace('warnings'), variantOf: name },
    ),
    mechanism(
      'have V8 take flags while it runs',
      'filesystem',
      node(
        `
      const v8 = await import('node:v8')
      v8.setFlagsFromString('--trace-turbo'); v8.setFlagsFromString('--trace-turbo-path=' + args[0]); v8.setFlagsFromString('--trace-turbo-cfg-file=' + args[0] + '/turbo')
      v8.setFlagsFromString('--allow-natives-syntax')
      new Function('f', '%PrepareFunctionForOptimization(f); f(1); %OptimizeFunctionOnNextCall(f); f(1)')(function planted(a) { return a + 1 })`,
        base,
      ),
      trace('turbo'),
    ),
    mechanism(
      'write the cache of compiled code',
      'filesystem',
      node(
        `const { enableCompileCache, flushCompileCache } = await import('node:module'); const { writeFileSync } = await import('node:fs'); enableCompileCache(args[0]); const file = process.env.TMPDIR + '/cached.mjs'; writeFileSync(file, 'export const a = 1'); await import(file); flushCompileCache()`,
        join(base, 'compiled'),
      ),
      trace('compiled'),
    ),
  ]
}

function otherCode({ canary, granted }: Targets): readonly Mechanism[] {
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

function native({ base, library, libraryTraces, canary }: Targets): readonly Mechanism[] {
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

function others({ canary, victim, base }: Targets): readonly Mechanism[] {
  return [
    mechanism(
      'signal the parent in Node',
      'processes',
      node(
        `if (process.ppid <= 1) process.exit(1); process.kill(process.ppid, 0); process.exit(0)`,
      ),
    ),
    mechanism(
      'make a Node of the host listen for a debugger',
      'processes',
      node(`process._debugProcess(Number(args[0])); process.exit(0)`, victim),
    ),
    mechanism(
      'start a shell that reads',
      'filesystem',
      node(
        `const { execSync } = await import('node:child_process'); try { process.exit(String(execSync('cat ' + args[0], { stdio: ['ignore', 'pipe', 'ignore'] })).includes('canary') ? 0 : 1) } catch { process.exit(1) }`,
        canary,
      ),
    ),
    mechanism(
      'become another program in Node',
      'filesystem',
      node(
        `process.removeAllListeners('warning'); process.noDeprecation = true; process.execve('/bin/grep', ['grep', '-q', 'canary', args[0]], {})`,
        canary,
      ),
      { variantOf: 'start a shell that reads', refusedWith: [2] },
    ),
    mechanism(
      'start workers of a cluster that read',
      'filesystem',
      node(
        `
      const cluster = process.getBuiltinModule('node:cluster')
      ${isCanary}
      const { writeFileSync } = await import('node:fs')
      const file = process.env.TMPDIR + '/worker-' + process.pid + '.cjs'
      writeFileSync(file, 'let said = ""; try { said = require("node:fs").readFileSync(process.argv[2], "utf8") } catch {} process.send(said, () => process.exit())')
      cluster.setupPrimary({ exec: file, args: [args[0]], execArgv: [] })
      cluster.on('exit', () => process.exit(1))
      cluster.fork().on('message', tell)`,
        canary,
      ),
    ),
    mechanism(
      'give a process of the host another priority in Node',
      'processes',
      node(
        `const { setPriority } = await import('node:os'); setPriority(Number(args[0]), 6); process.exit(0)`,
        victim,
      ),
    ),
    mechanism(
      'write the dump of a fatal error',
      'filesystem',
      [
        process.execPath,
        '--report-on-fatalerror',
        '--report-uncaught-exception',
        `--report-directory=${base}`,
        '--report-filename=fatal.json',
        '-e',
        'throw new Error("planted")',
      ],
      { trace: join(base, 'fatal.json'), variantOf: 'write a report of Node' },
    ),
  ]
}

function talking({ tcpPort, hiddenSocket }: Targets): readonly Mechanism[] {
  return [
    mechanism(
      'fetch from the host',
      'network',
      node(
        `await fetch('http://127.0.0.1:' + args[0]).catch((error) => { if (['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(error.cause?.code)) process.exit(0); process.exit(1) }); process.exit(0)`,
        tcpPort,
      ),
    ),
    mechanism(
      'connect by a path in Node',
      'filesystem',
      node(
        `const net = await import('node:net'); net.connect(args[0]).on('connect', () => process.exit(0)).on('error', denied)`,
        hiddenSocket,
      ),
    ),
    mechanism(
      'open itself to debuggers of the host',
      'network',
      node(
        `const inspector = await import('node:inspector'); process.stderr.write = () => true; inspector.open(0); const { port } = new URL(inspector.url()); console.log('port ' + port); setTimeout(() => process.exit(1), 1500)`,
      ),
      { connected: true },
    ),
    mechanism(
      'serve to the host in Node',
      'network',
      node(
        `const net = await import('node:net'); const server = net.createServer(() => process.exit(0)).listen(0, '127.0.0.1', () => console.log('port ' + server.address().port)); setTimeout(() => process.exit(1), 1500)`,
      ),
    ),
    mechanism(
      'listen at an abstract name in Node',
      'seccomp',
      node(
        `const net = await import('node:net'); net.createServer().listen('\\0mb-attack-' + process.pid, () => process.exit(0))`,
      ),
    ),
  ]
}
