import { type BackendName, type ReceiptItem } from '@mb/sandbox'
/** Whether the suites run at the sizes that releases are held to. */
export declare const isFull: boolean
/** Whether an engine that is missing is a failure rather than a skip. */
export declare const isRequired: boolean
/** Whether suites on a backend can run; with `MB_REQUIRE_ENGINES=1` they have to. */
export declare function isTestable(backend: BackendName): boolean
/** The same suite on each backend of level `sandbox`: they promise the same. */
export declare function onEachBackend(title: string, suite: (backend: BackendName) => void): void
/** The same suite on each backend that keeps a program in, with and without namespaces. */
export declare function onEveryBackend(
  title: string,
  suite: (backend: BackendName) => void,
  {
    inContainers,
  }?: {
    readonly inContainers?: boolean
  },
): void
/** The backends with namespaces. */
export declare const strongBackends: readonly BackendName[]
/** The items that each jail of a backend proves. */
export declare function minimumOf(backend: BackendName): readonly ReceiptItem[]
/** A folder that is gone after the test. */
export declare function temporaryFolder(): Promise<
  {
    path: string
  } & AsyncDisposable
>
/** The user `nobody`, whose rights no system widens. */
export declare const unprivileged = 65534
/** Whether another user may run this Node on these sources: a checkout in root's home is closed to it. */
export declare function canRunAs(user: number): Promise<boolean>
