import { backendLevels, provableItems, type BackendName } from '../backend.ts'
import { SandboxError } from '../sandbox-error.ts'

/** Why a backend could not be used. */
export interface Failure {
  readonly backend: BackendName
  readonly error: SandboxError
}

/**
 * The error where no backend is enough: what the one lacks that needs the least, since that is what has to be seen to.
 *
 * @param failures in the order of the ladder
 * @param weaker a backend that works, and of which less can be proved than is asked for
 */
export function explainLadder(
  failures: readonly Failure[],
  weaker: BackendName | undefined,
): SandboxError {
  const told = failures.findLast(({ backend }) => backend !== 'container') ?? failures.at(-1)
  if (told === undefined) return noBackend(weaker)
  const { error } = told
  const hints = [error.hint, weaker && howToLower(weaker)].filter((hint) => hint !== undefined)
  return new SandboxError(error.code, error.message, {
    hint: hints.length === 0 ? undefined : hints.join('\n'),
    details: {
      ...error.details,
      tried: failures.map(({ backend, error: { message, hint } }) => ({ backend, message, hint })),
    },
    cause: new AggregateError(
      failures.map((failure) => failure.error),
      'No backend works',
    ),
  })
}

function noBackend(weaker: BackendName | undefined): SandboxError {
  if (weaker === undefined)
    return new SandboxError(
      'MB_SANDBOX_PLATFORM',
      `Cannot open a sandbox: there is none for ${process.platform}`,
      { hint: 'Run it on Linux, in a virtual machine for example' },
    )
  return new SandboxError(
    'MB_SANDBOX_BELOW_MINIMUM',
    `Cannot open a sandbox: what has to be proved is more than backend ${weaker} can prove`,
    { hint: howToLower(weaker) },
  )
}

function howToLower(backend: BackendName): string {
  // No level stands for what can be proved on macOS.
  const enough = backend === 'seatbelt' ? provableItems(backend).join(', ') : backendLevels[backend]
  return `Or accept less: with isolation.minimum: [${enough}] backend ${backend} works here`
}
