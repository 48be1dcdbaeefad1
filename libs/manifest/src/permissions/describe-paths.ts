import { folderOf } from './contains.ts'
import type { PathPermission } from './permissions.ts'
import { sensitivePlace } from './sensitive-places.ts'
import { neutralText } from '../neutral-text.ts'
import type { Risk } from './risk.ts'

/** Words and risk of one path, read or written. */
export function describePath(
  { path }: PathPermission,
  access: 'read' | 'write',
): { readonly words: string; readonly risk: Risk } {
  const verb = access === 'read' ? 'Read' : 'Create, change and delete'
  const danger = sensitivePlace(path, access)
  const words = `${verb} ${placeInWords(path)}`
  if (danger !== undefined) return { words: `${words} (this holds ${danger})`, risk: 'critical' }
  return { words, risk: riskOf(path, access) }
}

function placeInWords(path: string): string {
  const folder = folderOf(path)
  const target = folder ?? path
  const known = knownFolders[target]
  if (known !== undefined) return folder === undefined ? known : `all files in ${known}`
  const [variable = '', ...rest] = target.split('/')
  const base = knownFolders[variable]
  const shown = base === undefined ? target : `${rest.join('/')} in ${base}`
  const calm = neutralText(shown)
  return folder === undefined ? calm : `all files in ${calm}`
}

const knownFolders: Readonly<Record<string, string>> = {
  '${workspace}': 'the folder you are in',
  '${data}': 'its own data folder',
  '${home}': 'your home folder',
}

function riskOf(path: string, access: 'read' | 'write'): Risk {
  if (path === '${data}' || path.startsWith('${data}/')) return 'low'
  if (path.startsWith('${workspace}')) {
    // Whoever writes anywhere in a project writes what its tools run next.
    if (access === 'write') return folderOf(path) === undefined ? 'medium' : 'high'
    return folderOf(path) === undefined ? 'low' : 'medium'
  }
  return access === 'write' ? 'high' : 'medium'
}
