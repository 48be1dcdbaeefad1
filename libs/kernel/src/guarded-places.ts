/** A place that no stranger's program is let at, by its path below a home or a workspace. */
export interface GuardedPlace {
  /** As it is usually written; where file systems know no difference of case, others name the same. */
  readonly path: string
  /** Completes "this holds …". */
  readonly holds: string
}

/** A place of keys and tokens. */
export interface SecretPlace extends GuardedPlace {
  /** Whether the name alone tells, also where no home is known: in a backup, or in a home of another system. */
  readonly anywhere: boolean
}

/** Keys and tokens, below any home: neither to be read nor to be written. */
export const secretPlaces: readonly SecretPlace[] = [
  ...secrets('your SSH keys', ['.ssh'], { anywhere: true }),
  ...secrets('your PGP keys', ['.gnupg'], { anywhere: true }),
  ...secrets('your AWS credentials', ['.aws'], { anywhere: true }),
  ...secrets('your Azure credentials', ['.azure'], { anywhere: true }),
  ...secrets('your Kubernetes credentials', ['.kube'], { anywhere: true }),
  ...secrets('your git passwords', ['.git-credentials'], { anywhere: true }),
  ...secrets('your passwords for servers', ['.netrc', '_netrc'], { anywhere: true }),
  ...secrets('your PyPI token', ['.pypirc'], { anywhere: true }),
  ...secrets('your passwords', ['.password-store', '.pgpass', '.my.cnf'], { anywhere: true }),
  ...secrets('your passwords', [
    '.local/share/keyrings',
    '.local/share/kwalletd',
    '.config/op',
    '.config/1Password',
    '.config/Bitwarden',
    '.config/keepassxc',
  ]),
  ...secrets('your Google Cloud credentials', ['.config/gcloud']),
  ...secrets('your GitHub token', ['.config/gh', '.config/hub']),
  ...secrets('your GitLab token', ['.config/glab-cli']),
  ...secrets('your git passwords', ['.config/git/credentials']),
  ...secrets('your npm token', ['.npmrc', '.yarnrc.yml', '.config/configstore']),
  ...secrets('your cargo token', ['.cargo/credentials', '.cargo/credentials.toml']),
  ...secrets('your RubyGems token', ['.gem/credentials']),
  ...secrets('your Terraform token', ['.terraform.d', '.terraformrc']),
  ...secrets('your Vault token', ['.vault-token']),
  ...secrets('your container registry credentials', ['.docker', '.config/containers']),
  ...secrets('your browser with its passwords and cookies', [
    '.mozilla',
    '.thunderbird',
    '.config/google-chrome',
    '.config/chromium',
    '.config/BraveSoftware',
    '.config/microsoft-edge',
    '.config/vivaldi',
    '.config/opera',
    '.var/app',
    'snap/firefox',
    'snap/chromium',
  ]),
  ...secrets('your keychain and browser data', ['Library/Keychains', 'Library/Cookies']),
  ...secrets('your browser with its passwords and cookies', [
    'Library/Application Support/Google/Chrome',
    'Library/Application Support/Firefox',
    'Library/Application Support/BraveSoftware',
    'Library/Safari',
  ]),
]

/** What runs by itself later, below any home: not to be written. */
export const startupPlaces: readonly GuardedPlace[] = [
  ...guarded('commands that every shell of yours runs', [
    '.bashrc',
    '.bash_profile',
    '.bash_login',
    '.bash_logout',
    '.bash_aliases',
    '.profile',
    '.zshrc',
    '.zshenv',
    '.zprofile',
    '.zlogin',
    '.zlogout',
    '.kshrc',
    '.cshrc',
    '.tcshrc',
    '.inputrc',
    '.oh-my-zsh',
    '.config/fish',
    '.config/zsh',
    '.config/nushell',
  ]),
  ...guarded('programs that start when you log in', [
    '.config/autostart',
    '.config/systemd',
    '.config/environment.d',
    '.local/share/systemd',
    '.xinitrc',
    '.xprofile',
    '.xsession',
    '.xsessionrc',
    '.pam_environment',
    'Library/LaunchAgents',
  ]),
  ...guarded('commands that you start by name', [
    '.local/bin',
    'bin',
    '.cargo/bin',
    '.local/share/applications',
  ]),
  ...guarded('compiled code that mb starts with', ['.cache/milkbottle']),
  ...guarded('settings of git, which can start programs', ['.gitconfig', '.config/git']),
  ...guarded('settings of your editor, which can start programs', [
    '.vimrc',
    '.vim',
    '.config/nvim',
    '.emacs',
    '.emacs.d',
    '.config/emacs',
    '.config/Code',
    '.tmux.conf',
  ]),
]

/** What people and their tools run later, below any folder: not to be written. */
export const workspacePlaces: readonly GuardedPlace[] = [
  // Also beside its settings and hooks: commondir, modules and worktrees in it name others.
  ...guarded('the repository, whose settings and hooks start programs', ['.git']),
  ...guarded('settings of git, which can fetch from anywhere', ['.gitmodules']),
  ...guarded('programs that git starts', ['.husky']),
  ...guarded('settings of an editor, which start programs', ['.vscode', '.idea', '.devcontainer']),
  ...guarded('instructions of an assistant, which starts programs', [
    '.claude',
    '.cursor',
    '.mcp.json',
    'AGENTS.md',
    'CLAUDE.md',
  ]),
  ...guarded('commands that a shell runs on entering', ['.envrc']),
  ...guarded('what the servers of the project run', [
    '.github/workflows',
    '.github/actions',
    '.gitlab-ci.yml',
    '.circleci',
  ]),
  ...guarded('commands that are started by name', ['node_modules/.bin']),
]

function guarded(holds: string, paths: readonly string[]): readonly GuardedPlace[] {
  return paths.map((path) => ({ path, holds }))
}

function secrets(
  holds: string,
  paths: readonly string[],
  { anywhere }: { readonly anywhere: boolean } = { anywhere: false },
): readonly SecretPlace[] {
  return paths.map((path) => ({ path, holds, anywhere }))
}
