/** The one spelling of a Python package's name that all others mean (PEP 503), without extras. */
export function pythonName(name: string): string {
  return name
    .replace(/\[.*$/, '')
    .replaceAll(/[-_.]+/g, '-')
    .toLowerCase()
}

// Epoch, release, and what may follow (PEP 440, appendix B).
const shape =
  /^v?(?:0!)?(\d+(?:\.\d+)*)(?:[-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d*))?(?:[-_.]?(?:post|rev|r)[-_.]?\d*|-\d+)?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+[a-z0-9.]+)?$/i

/**
 * A version of Python (PEP 440) as semver says it: three numbers, and a pre-release as such. What semver has no word
 * for, a fourth number or a post-release, is left out.
 *
 * @returns undefined when it is none, or of another epoch
 */
export function pythonVersion(text: string): string | undefined {
  const [, release, trial, trialNumber = '', dev, devNumber = ''] = shape.exec(text.trim()) ?? []
  if (release === undefined) return undefined
  const numbers = [...release.split('.').map(Number), 0, 0].slice(0, 3)
  if (!numbers.every(Number.isSafeInteger)) return undefined
  const parts = [
    ...(trial === undefined ? [] : [trial.toLowerCase(), String(Number(trialNumber))]),
    ...(dev === undefined ? [] : ['dev', String(Number(devNumber))]),
  ]
  return `${numbers.join('.')}${parts.length === 0 ? '' : `-${parts.join('.')}`}`
}
