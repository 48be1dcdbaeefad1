import { runProgram } from './tour/run-program.ts'
import { root } from './workspaces.ts'
import { z } from 'zod'

const auditSchema = z.object({
  metadata: z.object({ vulnerabilities: z.record(z.string(), z.number()) }),
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string() })),
})

/**
 * Whether the registry knows of no hole in what our packages bring along. A registry that does not answer such
 * questions is said and passes: the gate cannot depend on it.
 */
export async function auditDependencies(): Promise<boolean> {
  const outcome = await runProgram('npm', ['audit', '--omit=dev', '--json'], {
    cwd: root,
    env: process.env,
    timeoutMs: 60_000,
  })
  const audit = auditSchema.safeParse(parse(outcome.stdout))
  if (!audit.success) {
    process.stdout.write('The registry does not answer audits; nothing was checked.\n')
    return true
  }
  for (const [name, { severity }] of Object.entries(audit.data.vulnerabilities)) {
    process.stdout.write(`${severity}: ${name}\n`)
  }
  const { moderate = 0, high = 0, critical = 0 } = audit.data.metadata.vulnerabilities
  return moderate + high + critical === 0
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
