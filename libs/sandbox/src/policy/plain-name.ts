/**
 * A name as file systems may take it that know no difference of case, of composed letters, of invisible ones, or of dots and
 * blanks at the end: `.GIT`, `.g\u200Cit` and `.git.` all name `.git` on one of them (CVE-2014-9390).
 */
export function plainName(name: string): string {
  return name
    .normalize('NFKC')
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/(?<=.)[. ]+$/, '')
    .toLowerCase()
}

/** The names of a path, each as {@link plainName}. */
export function plainNames(path: string): readonly string[] {
  return path.split('/').filter(Boolean).map(plainName)
}
