import type { GithubSource } from './plugin-source.ts'
import { sourceError } from './source-error.ts'

const owner = /^[a-z0-9](?:[a-z0-9-]{0,38})$/i
const repository = /^(?!\.{1,2}$)[a-z0-9._-]{1,100}$/i
// What git allows for a tag is more (git-check-ref-format); what leads upwards or elsewhere is not needed.
const tag = /^(?!\/)(?!.*(?:\.\.|\/\/|\/$))[a-z0-9._+/-]{1,200}$/i
const asset = /^(?!\.{1,2}$)[a-z0-9._+~-]{1,255}$/i

/**
 * Reads what stands after `github:`, as in `owner/repository@tag#asset`.
 *
 * @throws PluginError `MB_SOURCE_INVALID`
 */
export function parseGithub(text: string, shown: string): GithubSource {
  const [, who = '', which = '', release, file] =
    /^([^/@#]*)\/([^/@#]*)(?:@([^#]*))?(?:#(.*))?$/s.exec(text) ?? []
  const isWhole =
    isGithubOwner(who) &&
    isGithubRepository(which) &&
    (release === undefined || isGithubTag(release)) &&
    (file === undefined || isGithubAsset(file))
  if (!isWhole)
    throw sourceError('MB_SOURCE_INVALID', shown, 'it is no release', {
      hint: 'Write it as github:owner/repository, with @tag for one release and #name for one of its files',
    })
  return {
    kind: 'github',
    owner: who,
    repository: which,
    ...(release === undefined ? {} : { tag: release }),
    ...(file === undefined ? {} : { asset: file }),
  }
}

/** Whether a text can be the name of an account. */
export function isGithubOwner(text: string): boolean {
  return owner.test(text)
}

/** Whether a text can be the name of a repository. */
export function isGithubRepository(text: string): boolean {
  return repository.test(text)
}

/** Whether a text is a tag that can be asked for. */
export function isGithubTag(text: string): boolean {
  return tag.test(text)
}

/** Whether a text is a name of a file that can be asked for. */
export function isGithubAsset(text: string): boolean {
  return asset.test(text)
}
