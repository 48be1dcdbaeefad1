import { dirname, resolve } from 'node:path'

/** What the variables of a policy's paths stand for, and where relative ones begin. */
export interface PathBase {
  /** The policy file itself. */
  readonly file: string
  readonly workspace: string
  /** The person's home folder. */
  readonly home: string
}

/** A path of a policy, absolute; or why it is none. */
export type PolicyPath =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly problem: string; readonly hint: string }

/**
 * The path that a policy means: absolute, from `${workspace}` or `${home}`, else from the folder of the policy file. An ending of
 * `/**`, as in a plugin's manifest, is the folder with all that is in it, which every folder is here.
 */
export function readPolicyPath(written: string, base: PathBase): PolicyPath {
  const text = written.replace(/\/\*\*$/, '')
  if (text.includes('\0')) return no('it holds a NUL', 'Name a file or folder')
  const [, variable, rest = ''] = /^\$\{([^}]*)\}(.*)$/s.exec(text) ?? []
  if (variable !== undefined) {
    const folder = variable === 'workspace' ? base.workspace : variable === 'home' ? base.home : ''
    if (folder === '')
      return no(`there is no variable "${variable}"`, 'Those are ${workspace} and ${home}')
    if (rest !== '' && !rest.startsWith('/'))
      return no('what follows the variable does not begin with "/"', 'Write ${workspace}/folder')
    return { ok: true, path: resolve(folder, `.${rest}`) }
  }
  if (text.startsWith('~')) return no('"~" is no folder here', 'Write ${home}')
  return { ok: true, path: resolve(dirname(base.file), text === '' ? '/' : text) }
}

function no(problem: string, hint: string): PolicyPath {
  return { ok: false, problem, hint }
}
