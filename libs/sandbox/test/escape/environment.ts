import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { mechanism, node, perl, shell, type Mechanism, type Targets } from './mechanism.ts'

/**
 * What the environment of the host says, in which the sandbox is opened. Each variable has a program run what the attacker wrote, and
 * that leaves a trace: also when it is not the jailed program that does it, but what builds the jail.
 */
export function listEnvironment(targets: Targets): readonly Mechanism[] {
  return [...secrets(targets), ...loaders(targets), ...interpreters(targets), ...tools(targets)]
}

function secrets({ canary, hiddenSocket }: Targets): readonly Mechanism[] {
  const connect =
    'my $s; socket($s, 1, 1, 0) && connect($s, pack("S a*", 1, "$ENV{SSH_AUTH_SOCK}\\0")) and exit 0'
  return [
    mechanism('connect to the agent that SSH_AUTH_SOCK names', 'environment', perl(connect), {
      hostEnv: { SSH_AUTH_SOCK: hiddenSocket },
    }),
    mechanism(
      'inherit the variables of the host',
      'environment',
      perl('exit 0 if grep { /^(MB_CANARY|NODE_OPTIONS)$/ } keys %ENV'),
      { hostEnv: { MB_CANARY: 'canary' } },
    ),
    mechanism(
      'find the variables of the host in its own /proc',
      'environment',
      perl(
        'for (glob "/proc/[0-9]*/environ") { open(my $f, "<", $_) or next; exit 0 if (<$f> // "") =~ /MB_CANARY/ }',
      ),
      {
        hostEnv: { MB_CANARY: 'canary' },
        variantOf: 'inherit the variables of the host',
      },
    ),
    mechanism(
      'find the home of the person',
      'environment',
      perl('open(my $f, "<", "$ENV{HOME}/canary") and exit 0'),
      { hostEnv: { HOME: join(canary, '..') } },
    ),
  ]
}

function loaders({ library, libraryTraces, writable, granted }: Targets): readonly Mechanism[] {
  const skip = library === undefined ? 'there is no compiler to make a library' : undefined
  const given = { trace: libraryTraces.inside, skip }
  const debug = join(writable, 'linked')
  return [
    mechanism('LD_PRELOAD', 'environment', ['/bin/cat', '/dev/null'], {
      hostEnv: { LD_PRELOAD: library ?? '' },
      ...given,
    }),
    mechanism('LD_AUDIT', 'environment', ['/bin/cat', '/dev/null'], {
      hostEnv: { LD_AUDIT: library ?? '' },
      ...given,
    }),
    mechanism(
      'LD_DEBUG_OUTPUT',
      'environment',
      shell(
        'exec 2>/dev/null; /bin/cat /dev/null; set -- "$1".*; [ -e "$1" ] || exit 1; rm -f "$@"; exit 0',
        debug,
      ),
      {
        hostEnv: { LD_DEBUG: 'libs', LD_DEBUG_OUTPUT: debug },
      },
    ),
    mechanism(
      'GCONV_PATH',
      'environment',
      shell('echo x | iconv -f MBATTACK -t UTF-8 >/dev/null 2>&1; exit 1'),
      { hostEnv: { GCONV_PATH: `${granted}/gconv` }, ...given },
    ),
    mechanism(
      'OPENSSL_CONF',
      'environment',
      [process.execPath, '--openssl-shared-config', '-e', 'require("node:crypto").getCiphers()'],
      {
        hostEnv: { OPENSSL_CONF: join(granted, 'openssl.cnf') },
        ...given,
        feature: 'engines in the OpenSSL of this Node',
      },
    ),
  ]
}

function interpreters({ writable, granted, isRoot }: Targets): readonly Mechanism[] {
  const python = existsSync('/usr/bin/python3') ? undefined : 'there is no python3'
  const bash = existsSync('/bin/bash') ? undefined : 'there is no bash'
  const planted = (name: string): string => join(granted, 'planted', name)
  const trace = { trace: join(writable, 'ran') }
  return [
    mechanism('NODE_OPTIONS', 'environment', [process.execPath, '-e', '0'], {
      hostEnv: { NODE_OPTIONS: `--require=${planted('trace.cjs')}` },
      ...trace,
    }),
    mechanism(
      'NODE_PATH',
      'environment',
      node(
        'try { process.getBuiltinModule("node:module").createRequire("/")("trace.cjs") } catch {} process.exit(1)',
      ),
      { hostEnv: { NODE_PATH: planted('') }, ...trace, variantOf: 'NODE_OPTIONS' },
    ),
    mechanism('BASH_ENV', 'environment', ['/bin/bash', '-c', ':'], {
      hostEnv: { BASH_ENV: planted('trace.sh') },
      ...trace,
      skip: bash,
    }),
    mechanism('ENV', 'environment', ['/bin/sh', '-i', '-c', ':'], {
      hostEnv: { ENV: planted('trace.sh') },
      ...trace,
    }),
    mechanism('SHELLOPTS and PS4', 'environment', ['/bin/bash', '-c', ':'], {
      hostEnv: { SHELLOPTS: 'xtrace', PS4: `$(. ${planted('trace.sh')})` },
      ...trace,
      skip: isRoot ? 'bash takes it from nobody who is root' : bash,
    }),
    mechanism('functions of bash', 'environment', ['/bin/bash', '-c', 'ls / >/dev/null'], {
      hostEnv: { 'BASH_FUNC_ls%%': `() { . ${planted('trace.sh')}; }` },
      ...trace,
      skip: bash,
    }),
    mechanism('PYTHONSTARTUP', 'environment', ['/usr/bin/python3', '-i'], {
      hostEnv: { PYTHONSTARTUP: planted('trace.py') },
      ...trace,
      skip: python,
    }),
    mechanism('PYTHONPATH', 'environment', ['/usr/bin/python3', '-c', '0'], {
      hostEnv: { PYTHONPATH: planted('') },
      ...trace,
      skip: python,
    }),
    mechanism('PERL5OPT', 'environment', ['/usr/bin/perl', '-e', '0'], {
      hostEnv: { PERL5OPT: `-I${planted('')} -Mtrace` },
      ...trace,
    }),
    mechanism('PERL5LIB', 'environment', ['/usr/bin/perl', '-e', 'use strict'], {
      hostEnv: { PERL5LIB: planted('') },
      ...trace,
    }),
    mechanism('PERL5DB', 'environment', ['/usr/bin/perl', '-d', '-e', '0'], {
      hostEnv: {
        PERL5DB: `BEGIN { open(my $f, ">", "${join(writable, 'ran')}"); close $f; exit }`,
      },
      ...trace,
      variantOf: 'PERL5OPT',
    }),
  ]
}

function tools({ writable, granted }: Targets): readonly Mechanism[] {
  const planted = (name: string): string => join(granted, 'planted', name)
  const trace = { trace: join(writable, 'ran') }
  const git = (...args: readonly string[]): readonly string[] => [
    '/usr/bin/git',
    '-C',
    join(granted, 'repository'),
    ...args,
  ]
  return [
    // What builds the jail is looked for as well, by names that are planted here.
    mechanism('PATH', 'environment', shell('perl -e 0; exit 1'), {
      hostEnv: { PATH: `${planted('bin')}:/usr/bin:/bin` },
      ...trace,
    }),
    mechanism('GIT_EXTERNAL_DIFF', 'environment', git('log', '-p', '--ext-diff', '-1'), {
      hostEnv: { GIT_EXTERNAL_DIFF: planted('trace.sh') },
      ...trace,
    }),
    mechanism('GIT_CONFIG_COUNT', 'environment', git('status'), {
      hostEnv: {
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'core.fsmonitor',
        GIT_CONFIG_VALUE_0: planted('trace.sh'),
      },
      ...trace,
    }),
    mechanism('GIT_EXEC_PATH', 'environment', git('planted'), {
      hostEnv: { GIT_EXEC_PATH: planted('bin') },
      ...trace,
      variantOf: 'PATH',
    }),
    mechanism('GIT_CONFIG_GLOBAL', 'environment', git('status'), {
      hostEnv: { GIT_CONFIG_GLOBAL: planted('gitconfig') },
      ...trace,
      variantOf: 'GIT_CONFIG_COUNT',
    }),
    mechanism('TAR_OPTIONS', 'environment', ['/bin/tar', '-cf', '/dev/null', '/dev/null'], {
      hostEnv: { TAR_OPTIONS: `--checkpoint=1 --checkpoint-action=exec=${planted('trace.sh')}` },
      ...trace,
    }),
    mechanism('HOME of a login shell', 'environment', ['/bin/sh', '-l', '-c', ':'], {
      hostEnv: { HOME: planted('') },
      ...trace,
    }),
  ]
}
