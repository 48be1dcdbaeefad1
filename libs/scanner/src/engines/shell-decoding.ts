const decoder =
  '(?:base64\\s+(?:-\\w*[dD]|--decode)|xxd\\s+-\\w*r|openssl\\s+(?:enc|base64)\\s[^|\\n]{0,100}-d|gunzip|zcat)'
const interpreter = '(?:/\\S{0,100}/)?(?:(?:ba|da|k|z)?sh|python[\\d.]*|perl|node|ruby|php)'
// echo … | base64 -d | sh
const piped = new RegExp(`${decoder}\\b[^|\\n]{0,200}\\|\\s*(?:sudo\\s+)?${interpreter}\\b`)
// eval "$(echo … | base64 -d)"
const substituted = new RegExp(
  `(?:\\beval|\\bsh\\s+-c)\\s[^\\n]{0,20}(?:\\$\\(|\`)[^\\n]{0,10000}${decoder}`,
)
const powershell =
  /\bpowershell(?:\.exe)?\s[^\n]{0,200}-e(?:nc|ncodedcommand)?\s+[A-Za-z0-9+/=]{32}/i

/** Whether a command has a shell decode something and run it. */
export function decodesInShell(command: string): boolean {
  // What is decoded may be long; what is done with it stands before and after.
  const short =
    command.length > 20_000 ? command.slice(0, 10_000) + command.slice(-10_000) : command
  return piped.test(short) || substituted.test(short) || powershell.test(short)
}
