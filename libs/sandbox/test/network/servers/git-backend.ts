import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { makeRepository } from '../../make-repository.ts'

/** Makes `project.git` in a folder, with one file, `text`. */
export function makeServedRepository(folder: string): void {
  const work = join(folder, 'work')
  mkdirSync(work)
  const git = makeRepository(work, 'cloned\n')
  git('clone', '-q', '--bare', work, join(folder, 'project.git'))
}

/** Answers by git's own program for servers (git-http-backend), whose headers come before what it says (RFC 3875). */
export async function answerByGit(
  request: IncomingMessage,
  response: ServerResponse,
  folder: string,
): Promise<void> {
  const { pathname, search } = new URL(request.url ?? '/', 'http://any')
  const { method = 'GET', headers } = request
  const backend = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      PATH: '/usr/bin:/bin',
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: method,
      CONTENT_TYPE: headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
      HTTP_GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
      // Whoever made the repository is whoever serves it.
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
    },
  })
  // It may have read enough before all of it came.
  backend.stdin.on('error', () => {})
  backend.stdin.end(await buffer(request))
  const said = await buffer(backend.stdout)
  const end = said.indexOf('\r\n\r\n')
  let status = 200
  for (const line of said.toString('latin1', 0, end).split('\r\n')) {
    const [name = '', value = ''] = line.split(': ')
    if (name === 'Status') status = Number.parseInt(value, 10)
    else response.setHeader(name, value)
  }
  response.writeHead(status).end(said.subarray(end + 4))
}
