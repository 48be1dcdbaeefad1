import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Makes a repository in a folder that is there, with one file, `text`, in one commit; gives git for more. */
export function makeRepository(folder: string, text: string): (...args: readonly string[]) => void {
  const who = {
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@example.test',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@example.test',
  }
  const git = (...args: readonly string[]): void => {
    execFileSync('/usr/bin/git', ['-C', folder, ...args], {
      stdio: 'ignore',
      env: { ...who, PATH: '/usr/bin:/bin', HOME: dirname(folder) },
    })
  }
  writeFileSync(join(folder, 'text'), text)
  git('init', '-q')
  git('add', 'text')
  git('commit', '-q', '-m', 'first')
  return git
}
