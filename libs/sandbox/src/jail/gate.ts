import { heldDescriptors, statusDescriptor } from '../loader/loader.ts'

/**
 * The command that stands before the program: it says that the sandbox is up, gives the streams back, and stops. Once it
 * is continued it becomes the program, which keeps the process id, the filter and everything else that was read of it.
 *
 * The text is fixed but for the mark; the program and its arguments come as parameters, and no shell ever reads them.
 *
 * @param mark letters, digits and hyphens by which its processes are known
 * @param threads most threads of the user
 * @param target whom it stops: itself by its number, or where no number may be signalled its group, in which it is alone
 */
export function gateCommand(
  mark: string,
  threads: number | undefined,
  target: 'itself' | 'group',
): readonly string[] {
  // Set in here it counts what runs in the sandbox's own user namespace; outside it would count all of the user's.
  // dash says -p where bash says -u.
  const limit =
    threads === undefined ? '' : `ulimit -p ${threads} 2>/dev/null || ulimit -u ${threads}; `
  const stop = target === 'itself' ? 'kill -STOP $$' : 'kill -STOP 0'
  return ['/bin/sh', '-c', `: ${mark}; ${limit}${hold}; ${stop}; exec "$@"`, 'sandbox']
}

const { stdout, stderr } = heldDescriptors
const hold = [
  'printf "ready\\n"',
  `exec >&${stdout} 2>&${stderr} ${stdout}>&- ${stderr}>&- ${statusDescriptor}>&-`,
].join('; ')
