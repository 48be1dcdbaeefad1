import type { JailBuilder } from '../../jail/jail-builder.ts'
import type { JailPlan } from '../../jail/jail-plan.ts'

/** How a folder is shown: by the kernel's overlay file system, or as a copy. */
export type ViewKind = 'overlay' | 'copy'

/** What one run sees in place of a folder: what is there, and what it writes, which the folder itself never gets. */
export interface View extends AsyncDisposable {
  readonly builder: JailBuilder
  readonly show: (plan: JailPlan) => JailPlan
  /** What a run has changed, by path below the folder: what is there now, in a form to compare. */
  readChanges(): Promise<ReadonlyMap<string, string>>
}

/** Makes views of a folder, all of one kind. */
export interface ViewMaker {
  readonly kind: ViewKind
  make(): Promise<View>
}
