/** A way to leave something in a workspace that a person, or a tool of theirs, runs later. */
export interface Plant {
  readonly name: string
  /** For a shell that starts in the workspace. */
  readonly script: string
  /** Where the workspace has a repository, or where it has none; without it, both. */
  readonly where?: 'repository' | 'plain'
}

const hook = '.git/hooks/pre-commit'
const made = 'mkdir -p p/hooks && echo planted >p/hooks/pre-commit'

/** Every route, ends in something planted at a guarded name. */
export const plants: readonly Plant[] = [
  { name: 'make a hook', script: `mkdir -p .git/hooks; echo planted >${hook}` },
  { name: 'append to a setting', script: 'mkdir -p .git; echo "[core]" >>.git/config' },
  { name: 'rename a file to a hook', script: `mkdir -p .git/hooks; echo planted >f; mv f ${hook}` },
  { name: 'link a hook', script: `mkdir -p .git/hooks; echo planted >f; ln f ${hook}` },
  { name: 'link a hook by name', script: `mkdir -p .git/hooks; ln -s ../../f ${hook}` },
  { name: 'put a folder in its place', script: `${made}; mv .git old; rm -rf .git; mv -T p .git` },
  { name: 'put a link in its place', script: `${made}; mv .git old; rm -rf .git; ln -sT p .git` },
  {
    name: 'put a file in its place',
    script: `${made}; mv .git old; rm -rf .git; echo "gitdir: p" >.git`,
  },
  {
    name: 'exchange it for another',
    script: `${made}; mkdir .git; python3 -c 'import ctypes; ctypes.CDLL(None).renameat2(-100, b"p", -100, b".git", 2)'`,
  },
  { name: 'copy over it', script: `${made}; cp -r p/. .git/ || cp -rT p .git` },
  { name: 'unpack over it', script: `${made}; tar -cC p . | (mkdir -p .git; tar -xC .git)` },
  {
    name: 'begin a repository',
    script: 'rm -rf .git/*; git init -q --template= . && git config a.b c',
  },
  {
    name: 'have git change its settings',
    script: 'git config core.hooksPath /tmp',
    where: 'repository',
  },
  {
    name: 'name another common folder',
    script: 'cp -r .git q && echo ../q >.git/commondir',
    where: 'repository',
  },
  {
    name: 'link the settings aside',
    script: 'ln .git/config c && echo "[a]" >>c',
    where: 'repository',
  },
  { name: 'change the mode of its folder', script: 'chmod 700 .git/hooks', where: 'repository' },
  { name: 'remove it', script: 'rm -rf .git', where: 'repository' },
  {
    name: 'go by the root of a process',
    script: `cd /tmp; d=/proc/$$/root$OLDPWD/.git/hooks; mkdir -p $d; echo planted >$d/pre-commit`,
  },
  {
    name: 'go by a descriptor of the folder',
    script: `exec 9<.; d=/proc/$$/fd/9/.git/hooks; mkdir -p $d; echo planted >$d/pre-commit`,
  },
  {
    name: 'mount over it',
    script: `${made}; mkdir -p .git; unshare -rm sh -c 'mount --bind p .git && echo x >.git/x'; test -e p/x && mv -T p .git/p`,
  },
  { name: 'write settings of an editor', script: 'mkdir -p .vscode; echo {} >.vscode/tasks.json' },
  { name: 'write to an assistant', script: 'echo planted >AGENTS.md; mv AGENTS.md CLAUDE.md' },
  { name: 'have an assistant start a server', script: 'echo {} >.mcp.json' },
  { name: 'write what a shell runs on entering', script: 'echo planted >.envrc' },
  {
    name: 'write what the servers of the project run',
    script: 'mkdir -p .github/workflows; echo planted >.github/workflows/ci.yml',
  },
  {
    name: 'exchange the folder above',
    script: `mkdir -p n/workflows; echo planted >n/workflows/x.yml; mv .github old; mv -T n .github`,
  },
  {
    name: 'plant a command',
    script: 'mkdir -p node_modules/.bin; echo planted >node_modules/.bin/tsc',
  },
  {
    name: 'write into a repository below',
    script: 'echo planted >sub/.git/hooks/pre-commit',
    where: 'repository',
  },
  {
    name: 'exchange the folder of a repository below',
    script: `${made}; mv sub old; mkdir -p sub; mv p sub/.git`,
    where: 'repository',
  },
  {
    name: 'write into the folder that a worktree names',
    script: 'echo "[a]" >>work-data/config',
    where: 'repository',
  },
  { name: 'write into a bare repository', script: 'echo "[a]" >>bare/config', where: 'repository' },
]
