import { heldDescriptors, statusDescriptor } from '../loader/loader.ts'

/**
 * The command that stands before the program: it says that the sandbox is up, gives the streams back, and stops. Once it
 * is continued it becomes the program, which keeps the process id, the filter and everything else that was read of it.
 *
 * The text is fixed but for the mark; the program and its arguments come as parameters, and no shell ever reads them.
 *
 * @param mark letters, digits and hyphens by which its processes are known
 */
export function gateCommand(mark: string, threads: number | undefined): readonly string[] {
  // Set in here it counts what runs in the sandbox's own user namespace; outside it would count all of the user's.
  // dash says -p where bash says -u.
  const limit =
    threads === undefined ? '' : `ulimit -p ${threads} 2>/dev/null || ulimit -u ${threads}; `
  return ['/bin/sh', '-c', `: ${mark}; ${limit}${gate}`, 'sandbox']
}

const { stdout, stderr } = heldDescriptors
const gate = [
  'printf "ready\\n"',
  `exec >&${stdout} 2>&${stderr} ${stdout}>&- ${stderr}>&- ${statusDescriptor}>&-`,
  'kill -STOP $$',
  'exec "$@"',
].join('; ')
