import type { Call } from '../../builder/call.ts'
import { step, type Step } from '../../builder/step.ts'
import { host, nodev, nosuid } from './mounting.ts'

/** A folder that is shown as it is, while what is written to it goes elsewhere. */
export interface Overlay {
  readonly folder: string
  /** Gets what is written. It and {@link work} lie in one file system, and their paths hold no comma, colon or backslash. */
  readonly written: string
  /** An empty folder for the kernel. */
  readonly work: string
}

/** Mounts it over the folder of the host before anything of it is put into the jail, so that whatever is comes from here. */
export function mountOverlay(call: Call, { folder, written, work }: Overlay): readonly Step[] {
  const words = `show ${folder} with changes kept apart`
  const options = [
    // The folder by "." has no name in which a comma or a colon would have to be escaped.
    'lowerdir=.',
    `upperdir=${host}${written}`,
    `workdir=${host}${work}`,
    // In a user namespace the kernel may keep its notes in no other attributes (Documentation/filesystems/overlayfs.rst).
    'userxattr',
  ]
  return [
    step('enter', words, [`${host}${folder}`]),
    call(words, 'mount', [
      'overlay',
      `${host}${folder}`,
      'overlay',
      nosuid | nodev,
      options.join(','),
    ]),
    step('enter', words, ['/']),
  ]
}
