import { backendNames, type BackendName } from '@mb/sandbox'

/** Whether a text names a backend. */
export function isBackendName(name: string): name is BackendName {
  return backendNames.some((backend) => backend === name)
}
