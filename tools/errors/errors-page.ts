import type { ErrorOutcome } from '@mb/kernel'
import { markdownTable } from '../bench/text-table.ts'
import type { ErrorCatalogue } from './read-catalogues.ts'

/** How `mb` ends for an outcome. */
export type ExitCodes = Readonly<Record<ErrorOutcome, number>>

const preamble = `# Errors

Written by \`node tools/errors.ts\` from the catalogues of the packages; do not edit.

Every error has a \`code\`, which never changes its meaning, a message that says what could not be done and why, and where there is
one a \`hint\` with the next step. Programs tell errors apart by \`code\` (\`isMbError\` of \`@mb/kernel\` recognises them across
copies and realms). \`mb\` turns the outcome into its exit code; with \`--json\` it prints
\`{ "ok": false, "error": { "code", "message", "hint", "exitCode" } }\`.
`

/** The page of all error codes. Throws when two packages claim one code. */
export function errorsPage(catalogues: readonly ErrorCatalogue[], exitCodes: ExitCodes): string {
  refuseClashes(catalogues)
  const outcomes = Object.entries(exitCodes).map(([outcome, code]) => [String(code), outcome])
  return [
    preamble,
    `## Exit codes of \`mb\`\n\n${markdownTable(['exit code', 'outcome'], [['0', 'it worked'], ...outcomes])}`,
    ...catalogues.map((catalogue) => section(catalogue, exitCodes)),
  ].join('\n')
}

function section({ packageName, rows }: ErrorCatalogue, exitCodes: ExitCodes): string {
  const cells = rows.map(({ code, category, outcome, summary }) => [
    `\`${code}\``,
    summary,
    category,
    `${exitCodes[outcome]} ${outcome}`,
  ])
  return `## ${packageName}\n\n${markdownTable(['code', 'means', 'category', 'exit'], cells)}`
}

function refuseClashes(catalogues: readonly ErrorCatalogue[]): void {
  const owners = new Map<string, string>()
  for (const { packageName, rows } of catalogues) {
    for (const { code } of rows) {
      const owner = owners.get(code)
      if (owner !== undefined) {
        throw new Error(`Cannot write the errors: ${owner} and ${packageName} both have ${code}`)
      }
      owners.set(code, packageName)
    }
  }
}
