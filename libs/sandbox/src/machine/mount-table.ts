import { readFileSync } from 'node:fs'

/** One line of a process's mount table. */
export interface Mount {
  readonly path: string
  readonly type: string
  readonly writable: boolean
  readonly options: ReadonlySet<string>
}

/** What is mounted for a process, in the order of mounting (proc_pid_mountinfo(5)). */
export function readMounts(pid: number | 'self'): readonly Mount[] {
  return parseMounts(readFileSync(`/proc/${pid}/mountinfo`, 'utf8'))
}

/**
 * Reads the form of `/proc/PID/mountinfo`.
 *
 * @throws TypeError for a line that is not of that form: a mount that is not understood is not proved
 */
export function parseMounts(text: string): readonly Mount[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const fields = line.split(' ')
      const separator = fields.indexOf('-', 6)
      const [path, flags, type] = [fields[4], fields[5], fields[separator + 1]]
      if (separator === -1 || path === undefined || flags === undefined || type === undefined)
        throw new TypeError(`Cannot read a mount: ${JSON.stringify(line)} has another form`)
      const options = new Set(flags.split(','))
      return { path: unescapePath(path), type, writable: !options.has('ro'), options }
    })
}

/** Space, tab, line feed and backslash are written in octal. Bytes that are no UTF-8 compare as replacement signs. */
function unescapePath(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  )
}
