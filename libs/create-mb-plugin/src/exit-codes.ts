import { SdkError } from '@mb/sdk'

/** The exit code of an error, as everywhere in MilkBottle. */
export function exitCodeOf(error: SdkError): number {
  return codes[error.outcome]
}

const codes: Readonly<Record<SdkError['outcome'], number>> = {
  failure: 1,
  usage: 2,
  refused: 3,
  'not-found': 4,
  network: 5,
  bug: 70,
  interrupted: 130,
}
