import { join } from 'node:path'
import { mechanism, node, type Mechanism, type Targets } from '../mechanism.ts'
import { isCanary } from './canary.ts'

export function paths({ canary, granted, writable }: Targets): readonly Mechanism[] {
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
