import type { InstallStep, PluginHost } from '@mb/plugin-core'
import { readConfiguration } from '../../configuration.ts'
import { consentOf, type ConsentWays } from '../../consent/ask-consent.ts'
import type { Context } from '../../context.ts'
import type { ProgressLine } from '../../output/progress.ts'
import { openHost } from './host.ts'
import { jailedScan } from './scan.ts'

/** What an installation tells while it goes on. */
export interface Installing {
  readonly onStep: (step: InstallStep) => void
  readonly line: ProgressLine
}

const steps: Readonly<Record<Exclude<InstallStep, 'consent'>, string>> = {
  find: 'Asking the marketplace',
  fetch: 'Fetching the package',
  verify: 'Checking the package',
  scan: 'Scanning its code',
  try: 'Trying the new version',
  commit: 'Installing',
}

/** Installs with a scan of the code, the person's consent, and a line that says how far it is. */
export async function installing<Value>(
  context: Context,
  ways: ConsentWays,
  install: (host: PluginHost, installing: Installing) => Promise<Value>,
): Promise<Value> {
  const isScanned = (await readConfiguration(context)).values.marketplace.securityScan
  await using host = await openHost(context, {
    consent: consentOf(context, { ...ways, isScanned }),
    ...(isScanned ? { scan: jailedScan(context) } : {}),
  })
  return await context.progress.during('Installing', (line) =>
    install(host, {
      line,
      onStep: (step) => {
        // The consent screen stands on the same terminal.
        if (step === 'consent') line.clear()
        else line.say(steps[step])
      },
    }),
  )
}
