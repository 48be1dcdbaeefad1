import { heldDescriptors, statusDescriptor } from '../loader/loader.ts'

/**
 * The command that stands before the program: it says that the sandbox is up, gives the streams back, and stops. Once it
 * is continued it becomes the program, which keeps the process id, the filter and everything else that was read of it.
 *
 * The text is fixed; the program and its arguments come as parameters, and no shell ever reads them.
 */
export function gateCommand(threads: number | undefined): readonly string[] {
  // Set in here it counts what runs in the sandbox's own user namespace; outside it would count all of the user's.
  // dash says -p where bash says -u.
  const limit =
    threads === undefined ? '' : `ulimit -p ${threads} 2>/dev/null || ulimit -u ${threads}; `
  return ['/bin/sh', '-c', limit + gate, 'sandbox']
}

const { stdout, stderr } = heldDescriptors
const gate = [
  'printf "ready\\n"',
  `exec >&${stdout} 2>&${stderr} ${stdout}>&- ${stderr}>&- ${statusDescriptor}>&-`,
  'kill -STOP $$',
  'exec "$@"',
].join('; ')
