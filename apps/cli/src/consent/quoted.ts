/** A stranger's words between quotation marks that they cannot close. */
export function quoted(words: string): string {
  return `“${words.replaceAll(/["“”„‟«»〝〞〟"]/g, "'")}”`
}
