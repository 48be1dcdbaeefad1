import { readFileSync } from 'node:fs'
import { SandboxError } from '../../sandbox-error.ts'

/** The error for what bubblewrap or the loader said when the sandbox did not come up. */
export function explainFailure(said: readonly string[]): SandboxError {
  const text = said.at(-1) ?? 'it ended before its program began'
  const message = `Cannot start a sandbox: ${text}`
  if (/namespace|uid map|gid map/i.test(text)) {
    return new SandboxError('MB_SANDBOX_BACKEND_MISSING', message, {
      hint: howToAllow(),
      details: { said },
    })
  }
  return new SandboxError('MB_SANDBOX_FAILED', message, {
    hint: 'Run mb sandbox doctor to see what this machine allows',
    details: { said },
  })
}

/** What keeps bubblewrap from making user namespaces here, and what lifts it. */
function howToAllow(): string {
  if (readSetting('kernel/apparmor_restrict_unprivileged_userns') === '1') {
    return [
      'Let bubblewrap pass the AppArmor rule of Ubuntu: write to /etc/apparmor.d/bwrap',
      '  abi <abi/4.0>,',
      '  profile bwrap /usr/bin/bwrap flags=(unconfined) { userns, }',
      'and run sudo apparmor_parser -r /etc/apparmor.d/bwrap',
    ].join('\n')
  }
  if (readSetting('kernel/unprivileged_userns_clone') === '0')
    return 'Allow user namespaces: sudo sysctl kernel.unprivileged_userns_clone=1'
  if (readSetting('user/max_user_namespaces') === '0')
    return 'Allow user namespaces: sudo sysctl user.max_user_namespaces=15000'
  return 'Allow user namespaces; in a container its seccomp profile forbids them'
}

function readSetting(name: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${name}`, 'utf8').trim()
  } catch {
    return undefined
  }
}
