import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { migrate } from './migrations.ts'

/** What a version's table was before a version could be there for several platforms. */
const before = `
  DROP TABLE versions;
  CREATE TABLE versions (
    plugin TEXT NOT NULL REFERENCES plugins (id), version TEXT NOT NULL, published_at TEXT NOT NULL,
    bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, digest TEXT NOT NULL, key_id TEXT NOT NULL, detail TEXT NOT NULL,
    needs TEXT, PRIMARY KEY (plugin, version)
  ) STRICT;
  CREATE INDEX versions_of_archive ON versions (sha256);
  INSERT INTO accounts VALUES ('ada', '');
  INSERT INTO namespaces VALUES ('acme', 'acme', 'ada');
  INSERT INTO plugins VALUES (1, 'acme/notes', 'acme', 'notes', '1.1.0', '', '{}', '{}');
  INSERT INTO versions VALUES
    ('acme/notes', '1.0.0', 'then', 7, 'aa', 'bb', 'cc', '{}', NULL),
    ('acme/notes', '1.1.0', 'later', 8, 'dd', 'ee', 'ff', '{}', '{"platforms":["linux","darwin"]}');
  PRAGMA user_version = 2;
`

it('migrate() takes over versions that were published before there were artefacts', () => {
  using database = new DatabaseSync(':memory:')
  migrate(database)
  database.exec(before)
  migrate(database)
  const rows = database.prepare('SELECT * FROM versions ORDER BY rowid').all()
  expect(rows.map((row) => ({ ...row }))).toEqual([
    {
      plugin: 'acme/notes',
      version: '1.0.0',
      target: '',
      published_at: 'then',
      bytes: 7,
      sha256: 'aa',
      digest: 'bb',
      key_id: 'cc',
      needs: null,
      likeness: null,
      detail: '{}',
    },
    expect.objectContaining({ version: '1.1.0', target: 'darwin,linux', sha256: 'dd' }),
  ])
  expect(database.prepare('PRAGMA foreign_key_check').all()).toEqual([])
})
