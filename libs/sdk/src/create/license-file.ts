import { join } from 'node:path'
import { nearestName } from '@mb/kernel'
import { SdkError } from '../sdk-error.ts'
import { templatesDirectory } from '../shipped.ts'

const licenses = ['MIT']

/**
 * The file that holds the text of a licence.
 *
 * @throws SdkError `MB_SDK_OPTION_INVALID`
 */
export function licenseFile(identifier: string): string {
  if (licenses.includes(identifier)) {
    return join(templatesDirectory, 'licenses', `${identifier}.njk`)
  }
  const nearest = nearestName(identifier, licenses)
  throw new SdkError(
    'MB_SDK_OPTION_INVALID',
    `Cannot write licence ${JSON.stringify(identifier)}: its text is not known here`,
    {
      hint:
        nearest === undefined
          ? `Create it with ${licenses.join(' or ')}, then replace LICENSE and the license in plugin.yaml and package.json`
          : `Did you mean "${nearest}"?`,
    },
  )
}
