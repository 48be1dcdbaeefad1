import { howToAllowNamespaces, readSetting, type ReadSetting } from '../machine/user-namespaces.ts'
import { SandboxError } from '../sandbox-error.ts'

/** The error for what the builder or the loader said when the sandbox did not come up. */
export function explainFailure(
  said: readonly string[],
  read: ReadSetting = readSetting,
): SandboxError {
  const text = said.at(-1) ?? 'it ended before its program began'
  const message = `Cannot start a sandbox: ${text}`
  const fix = howToFix(text, read)
  if (fix !== undefined)
    return new SandboxError('MB_SANDBOX_BACKEND_MISSING', message, { hint: fix, details: { said } })
  return new SandboxError('MB_SANDBOX_FAILED', message, {
    hint: howToGoOn(said),
    details: { said },
  })
}

/** What to do where the machine is not known to forbid anything: a limit holds for what sets up, too. */
function howToGoOn(said: readonly string[]): string {
  const look = 'run mb sandbox doctor to see what this machine allows'
  const text = said.at(-1)
  if (text === undefined)
    return `Raise the limit of memory, where there is one: too little ends what sets up as well; else ${look}`
  if (/File too large/i.test(text))
    return 'Raise the limit of the size of files: setting up writes some small ones'
  return look.replace('run', 'Run')
}

/** What to do where the machine forbids what a sandbox is made of. */
function howToFix(text: string, read: ReadSetting): string | undefined {
  const isDenied = /Permission denied|Operation not permitted/i.test(text)
  // The kernel shows a new /proc only to who sees a whole one already; containers cover parts of theirs.
  if (isDenied && /mount (?:proc|\/proc)\b/i.test(text) && !isByAppArmor(read))
    return 'Show this container its whole /proc: start it with --security-opt systempaths=unconfined'
  // AppArmor lets the namespaces be made, and then denies what they are made for.
  if (/namespace|uid map|gid map/i.test(text) || (isDenied && isByAppArmor(read)))
    return howToAllowNamespaces(read)
  return undefined
}

function isByAppArmor(read: ReadSetting): boolean {
  return read('kernel/apparmor_restrict_unprivileged_userns') === '1'
}
