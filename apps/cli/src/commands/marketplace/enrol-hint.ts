import { isMbError, MbError } from '@mb/kernel'

/** Whose key a marketplace is asked to accept. */
interface Enrolment {
  readonly namespace: string
  readonly repository: string
  readonly key: string | undefined
}

function isAboutEnrolment(reasons: readonly unknown[]): boolean {
  return reasons.some(
    (reason) =>
      typeof reason === 'object' &&
      reason !== null &&
      'code' in reason &&
      reason.code === 'key-not-enrolled',
  )
}

function enrolHint({ namespace, repository, key = 'default' }: Enrolment): string {
  return `Enrol it with \`mb marketplace keys enrol ${namespace} --key ${key} --repository ${repository}\``
}

/** Does something that needs an enrolled key, and says how to enrol it when it is not. */
export async function withEnrolHint<Value>(
  enrolment: Enrolment,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    if (!isMbError(error) || !isRefusalOfKey(error)) throw error
    const { code, message, category, outcome, details } = error
    throw new MbError(
      code,
      message,
      { category, outcome, summary: '' },
      { hint: enrolHint(enrolment), details, cause: error },
    )
  }
}

function isRefusalOfKey({ details }: MbError): boolean {
  const { problem, reasons } = details ?? {}
  return problem === 'key-not-enrolled' || (Array.isArray(reasons) && isAboutEnrolment(reasons))
}
