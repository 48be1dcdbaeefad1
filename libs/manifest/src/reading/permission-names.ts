import type { JsonValue } from '@mb/kernel'
import type { Problem } from './finding.ts'

/** What to write for permissions that other formats have as single words. */
const written: Readonly<Record<string, string>> = {
  file_read:
    'Files that the person names need no permission; for others write "fs: { read: [${workspace}/src/**] }"',
  file_write:
    'Files that the person names need no permission; for others write "fs: { write: [${data}/**] }"',
  network_access: 'Name the hosts, as "net: [{ host: api.acme.example, ports: [443] }]"',
  system_access: 'Name the programs, as "exec: [{ command: git, args: [log, **] }]"',
  exec: 'Name the programs, as "exec: [{ command: git, args: [log, **] }]"',
  env: 'Name the variables, as "env: [LANG]"',
}

// Every run has an empty /tmp of its own.
const needless = 'temp_write'

/** What is said of permissions that are a list of words: none of them says of what. */
export function permissionNames(list: readonly JsonValue[]): readonly Problem[] {
  return list.flatMap((word, index): readonly Problem[] => {
    if (word === needless) return []
    const hint =
      typeof word === 'string' && Object.hasOwn(written, word) ? written[word] : undefined
    return [
      {
        code: 'bad-value',
        message: `The permission ${JSON.stringify(word).slice(0, 80)} does not say what it is about`,
        path: ['permissions', index],
        hint: hint ?? 'Write groups, as "permissions: { fs: { read: [${workspace}/**] } }"',
      },
    ]
  })
}
