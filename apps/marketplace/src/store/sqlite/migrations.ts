import type { DatabaseSync } from 'node:sqlite'
import { ServerError } from '../../server-error.ts'

/** Each entry leads from the form before to the next; none of them changes once it was released. */
const migrations: readonly string[] = [
  `
  CREATE TABLE accounts (name TEXT PRIMARY KEY, created_at TEXT NOT NULL) STRICT;
  CREATE TABLE namespaces (
    name TEXT PRIMARY KEY, skeleton TEXT NOT NULL UNIQUE, account TEXT NOT NULL REFERENCES accounts (name)
  ) STRICT;
  CREATE TABLE tokens (
    id TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts (name), hash TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL, expires_at TEXT NOT NULL, revoked_at TEXT
  ) STRICT;
  CREATE TABLE keys (
    namespace TEXT NOT NULL REFERENCES namespaces (name), key_id TEXT NOT NULL, public_key TEXT NOT NULL,
    enrolled_at TEXT NOT NULL, removed_at TEXT, PRIMARY KEY (namespace, key_id)
  ) STRICT;
  CREATE TABLE publishes (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, namespace TEXT NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL,
    state TEXT NOT NULL, plugin TEXT, version TEXT, reasons TEXT NOT NULL, warnings TEXT NOT NULL,
    received_at TEXT NOT NULL, finished_at TEXT
  ) STRICT;
  CREATE INDEX publishes_of ON publishes (namespace, sha256);
  CREATE INDEX publishes_in ON publishes (state);
  CREATE TABLE plugins (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, namespace TEXT NOT NULL REFERENCES namespaces (name),
    name TEXT NOT NULL, latest TEXT NOT NULL, updated_at TEXT NOT NULL, summary TEXT NOT NULL, about TEXT NOT NULL
  ) STRICT;
  CREATE INDEX plugins_updated ON plugins (updated_at DESC);
  CREATE TABLE versions (
    plugin TEXT NOT NULL REFERENCES plugins (id), version TEXT NOT NULL, published_at TEXT NOT NULL,
    bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, digest TEXT NOT NULL, key_id TEXT NOT NULL, detail TEXT NOT NULL,
    PRIMARY KEY (plugin, version)
  ) STRICT;
  CREATE INDEX versions_of_archive ON versions (sha256);
  CREATE TABLE probe (at INTEGER NOT NULL) STRICT;
  INSERT INTO probe VALUES (0);
  CREATE VIRTUAL TABLE words USING fts5 (
    name, keywords, description, author, readme, tokenize = 'porter unicode61', prefix = '2 3'
  );
  `,
  // What lists tell of a version; one that came before is told without.
  `ALTER TABLE versions ADD COLUMN needs TEXT;`,
  // A version may be there several times, each for other platforms.
  `
  CREATE TABLE artefacts (
    plugin TEXT NOT NULL REFERENCES plugins (id), version TEXT NOT NULL, target TEXT NOT NULL,
    published_at TEXT NOT NULL, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, digest TEXT NOT NULL,
    key_id TEXT NOT NULL, needs TEXT, likeness TEXT, detail TEXT NOT NULL, PRIMARY KEY (plugin, version, target)
  ) STRICT;
  INSERT INTO artefacts
    SELECT plugin, version, coalesce((SELECT group_concat(value, ',') FROM
      (SELECT value FROM json_each(needs, '$.platforms') ORDER BY value)), ''), published_at, bytes, sha256, digest, key_id, needs, NULL, detail FROM versions ORDER BY rowid;
  DROP TABLE versions;
  ALTER TABLE artefacts RENAME TO versions;
  CREATE INDEX versions_of_archive ON versions (sha256);
  `,
]

/**
 * Brings a database to the form that this version writes; whoever calls it closes the database when it fails.
 *
 * @throws ServerError `MB_SERVER_BROKEN` when a later version wrote it
 */
export function migrate(database: DatabaseSync): void {
  if (formOf(database) === migrations.length) return
  // Others may be about to do the same: whoever comes second finds it done.
  database.exec('BEGIN IMMEDIATE')
  const present = formOf(database)
  if (present > migrations.length) {
    throw new ServerError(
      'MB_SERVER_BROKEN',
      `Cannot read the database: it has form ${present}, and this version knows ${migrations.length}`,
      { hint: 'Update the marketplace' },
    )
  }
  for (const migration of migrations.slice(present)) database.exec(migration)
  database.exec(`PRAGMA user_version = ${migrations.length}; COMMIT`)
}

function formOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
}
