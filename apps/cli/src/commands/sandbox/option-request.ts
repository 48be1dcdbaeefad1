import { resolve } from 'node:path'
import { CliError } from '../../cli-error.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { emptyRequest, type JailRequest } from './jail-request.ts'
import { readLimits, readScratchSize } from './limit-values.ts'
import { readHost } from './net-option.ts'
import { readVariables } from './variable-list.ts'

/** What the options of `mb sandbox run` ask for; paths as seen from the folder that the person is in. */
export function requestOfOptions(invocation: Invocation, workspace: string): JailRequest {
  const paths = (option: string): readonly string[] =>
    invocation.list(option).map((path) => resolvePath(path, option, workspace))
  const [cwd, tmp] = [invocation.option('cwd'), invocation.option('tmp')]
  return {
    ...emptyRequest,
    read: paths('read'),
    write: paths('write'),
    deny: paths('deny'),
    net: invocation.list('net').map((text) => readHost(text)),
    env: readVariables(invocation.list('env'), '--env'),
    limits: readLimits(
      (name) => invocation.option(name),
      (name) => `--${name}`,
    ),
    ...(cwd === undefined ? {} : { cwd: resolvePath(cwd, 'cwd', workspace) }),
    ...(tmp === undefined ? {} : { tmpBytes: readScratchSize(tmp, '--tmp') }),
  }
}

/** An empty path, as of a variable that is not set, would be the folder that the person is in, which nobody named. */
function resolvePath(path: string, option: string, workspace: string): string {
  if (path !== '') return resolve(workspace, path)
  throw new CliError('MB_CLI_VALUE', `Cannot use "" with --${option}: it is no path`, {
    hint: 'Name a file or folder; the one that you are in is "."',
  })
}
