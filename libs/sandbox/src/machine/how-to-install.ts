import { readFileSync } from 'node:fs'

/** The command that installs a package of the system, by what `/etc/os-release` says it is. */
export function howToInstall(name: string, release: string = readRelease()): string {
  const ids = /^ID(?:_LIKE)?=.*$/gm
  const words = new Set(
    [...release.matchAll(ids)].flatMap(([line]) =>
      line
        .slice(line.indexOf('=') + 1)
        .replaceAll('"', '')
        .split(' '),
    ),
  )
  const tool = tools.find(([id]) => words.has(id))
  return tool === undefined
    ? `Install ${name} with the package manager of this system`
    : `Run ${tool[1]} ${name}`
}

const tools = [
  ['debian', 'apt install'],
  ['ubuntu', 'apt install'],
  ['fedora', 'dnf install'],
  ['rhel', 'dnf install'],
  ['arch', 'pacman -S'],
  ['alpine', 'apk add'],
  ['suse', 'zypper install'],
  ['opensuse', 'zypper install'],
] as const

function readRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8')
  } catch {
    return ''
  }
}
