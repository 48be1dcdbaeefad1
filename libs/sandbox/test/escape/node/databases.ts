import { join } from 'node:path'
import { mechanism, node, type Mechanism, type Targets } from '../mechanism.ts'

export function databases({ base, writable }: Targets): readonly Mechanism[] {
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
