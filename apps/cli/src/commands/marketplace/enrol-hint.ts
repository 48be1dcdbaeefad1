import { isMbError, MbError } from '@mb/kernel'

/** Whose key a marketplace is asked to accept. */
interface Enrolment {
  readonly namespace: string
  readonly repository: string
  readonly key: string | undefined
}

/** Does something that needs an enrolled key, and says how to enrol it when it is not. */
export async function withEnrolHint<Value>(
  { namespace, repository, key = 'default' }: Enrolment,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    if (!isMbError(error) || !isAboutKey(error)) throw error
    const { code, message, category, outcome, details } = error
    throw new MbError(
      code,
      message,
      { category, outcome, summary: '' },
      {
        hint: `Enrol it with \`mb marketplace keys enrol ${namespace} --key ${key} --repository ${repository}\``,
        details,
        cause: error,
      },
    )
  }
}

function isAboutKey({ details }: MbError): boolean {
  return details?.['problem'] === 'key-not-enrolled'
}
