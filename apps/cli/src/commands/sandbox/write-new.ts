import { link, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errorCode, writeFileAtomic } from '@mb/kernel'
import { CliError } from '../../cli-error.ts'

/**
 * Writes a file as a whole, and over another one only where that is meant: also when that came to be meanwhile.
 *
 * @throws CliError `MB_CLI_POLICY` where there is one
 */
export async function writeNew(
  file: string,
  text: string,
  { isForced }: { readonly isForced: boolean },
): Promise<void> {
  if (isForced) return writeFileAtomic(file, text)
  const folder = await mkdtemp(join(dirname(file), '.policy-'))
  try {
    const whole = join(folder, 'policy')
    await writeFile(whole, text, { flag: 'wx', flush: true })
    // Unlike a rename a link takes no other file's name.
    await link(whole, file)
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
    throw new CliError('MB_CLI_POLICY', `Cannot write the policy to "${file}": it is there`, {
      cause: error,
      hint: 'Name another file, or add --force',
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
