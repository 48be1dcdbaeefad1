import type { Problem } from './finding.ts'

// The grammar of SPDX expressions (SPDX 2.3, annex D), without the list of identifiers, which grows.
const identifier = '(?:[A-Za-z0-9][A-Za-z0-9.-]*\\+?|LicenseRef-[A-Za-z0-9.-]+)'
const operand = `\\(*${identifier}(?: WITH [A-Za-z0-9.-]+)?\\)*`
const expression = new RegExp(`^${operand}(?: (?:AND|OR) ${operand})*$`)

/** What is wrong with a licence, or with having none. */
export function licenseProblems(
  license: string | undefined,
  publishing: boolean,
): readonly Problem[] {
  const severity = publishing ? 'error' : 'warning'
  if (license === undefined)
    return [
      {
        severity,
        code: 'missing-license',
        message: 'The key "license" is missing',
        path: ['license'],
        hint: 'Add an SPDX identifier, as "license: MIT"; a marketplace asks for one',
      },
    ]
  if (expression.test(license) || license === 'UNLICENSED') return []
  return [
    {
      severity,
      code: 'bad-license',
      message: `${JSON.stringify(license.slice(0, 80))} is no SPDX expression`,
      path: ['license'],
      hint: 'Write an identifier of spdx.org/licenses, as MIT or Apache-2.0',
    },
  ]
}
