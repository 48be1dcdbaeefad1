import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { neutralText } from '../neutral-text.ts'
import { readArchiveForm, type ArchiveForm } from './archive-form.ts'

/** The endings that names of a form have. A wheel is a zip. */
const endings: Readonly<Record<ArchiveForm, readonly string[]>> = {
  zip: ['.zip', '.whl'],
  'tar.gz': ['.tar.gz', '.tgz'],
}

/**
 * What is unusual about an archive's name, as a sentence: the content alone says what it is, and other programs, and
 * people, go by the name.
 *
 * @param name what it is called where it came from
 * @returns undefined when its name says what it is, and for a folder
 *
 * @throws ManifestError `MB_ARCHIVE_FORM`
 */
export async function misnamedArchive(
  path: string,
  name: string = basename(path),
): Promise<string | undefined> {
  // A named pipe would block the open for ever.
  const archive = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    if (!(await archive.stat()).isFile()) return undefined
    const form = await readArchiveForm(archive)
    if (endings[form].some((ending) => name.toLowerCase().endsWith(ending))) return undefined
    return `It is called "${neutralText(name)}", and is a ${form}`
  } finally {
    await archive.close()
  }
}
