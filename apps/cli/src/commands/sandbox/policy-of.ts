import type { SandboxPolicy } from '@mb/sandbox'
import type { JailRequest } from './jail-request.ts'

/** The policy of a request; variables without a value get the person's own, where there is one. */
export function policyOf(request: JailRequest, env: NodeJS.ProcessEnv): SandboxPolicy {
  const { read, write, deny, dangerous, net, unix, exec, tmpBytes } = request
  return {
    fs: { read, write, deny, dangerous },
    net,
    unix,
    exec,
    env: Object.fromEntries(
      [...request.env].flatMap(([name, written]) => {
        const value = written ?? env[name]
        return value === undefined ? [] : [[name, value]]
      }),
    ),
    tmpBytes,
  }
}
