import type { DigestFile } from '@mb/manifest'

/**
 * Holds the files of an unpacked wheel against its RECORD, which lists each with its SHA-256 (PEP 376, PEP 427).
 *
 * @returns why they are not those, completing "it …"; undefined when they are
 */
export function whyNotRecorded(
  record: string,
  files: readonly DigestFile[],
  info: string,
): string | undefined {
  const recorded = new Map<string, string>()
  for (const line of record.split(/\r?\n/)) {
    if (line === '') continue
    const [path, hash] = readLine(line) ?? []
    if (path === undefined || hash === undefined) return 'has a RECORD that cannot be read'
    if (recorded.has(path)) return `lists "${path}" twice`
    recorded.set(path, hash)
  }
  // What signs the list, and the list, cannot stand in it with their digests.
  const unlisted = new Set(['', '.jws', '.p7s'].map((ending) => `${info}/RECORD${ending}`))
  for (const { path, sha256 } of files) {
    if (unlisted.has(path)) continue
    const hash = recorded.get(path)
    if (hash === undefined) return `holds "${path}", which its RECORD does not list`
    if (hash !== `sha256=${Buffer.from(sha256, 'hex').toString('base64url')}`)
      return `holds "${path}" with another content than its RECORD lists`
  }
  const present = new Set(files.map(({ path }) => path))
  const absent = [...recorded.keys()].find((path) => !present.has(path))
  return absent === undefined ? undefined : `lists "${absent}", and does not hold it`
}

/** A line of RECORD: path, hash and size, of which the path may stand in quotes. */
function readLine(line: string): readonly [path: string, hash: string] | undefined {
  const match = /^(?:"((?:[^"]|"")*)"|([^",]*)),([^,"]*),(\d*)$/.exec(line)
  if (match === null) return undefined
  const [, quoted, plain = '', hash = ''] = match
  return [quoted?.replaceAll('""', '"') ?? plain, hash]
}
