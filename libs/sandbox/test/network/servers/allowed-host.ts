import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { addressOf } from '../world/address-of.ts'
import type { Authority } from './authority.ts'
import { answerByGit, makeServedRepository } from './git-backend.ts'

/** The host that policies name: it says who asks what, and has a repository. */
export interface AllowedHost extends AsyncDisposable {
  readonly securePort: number
  readonly plainPort: number
}

/** Listens on loopback, with TLS and without. */
export async function openAllowedHost(folder: string, authority: Authority): Promise<AllowedHost> {
  makeServedRepository(folder)
  const answer: RequestListener = (request, response) => {
    if (request.url?.startsWith('/project.git') === true)
      answerByGit(request, response, folder).catch((error: Error) => response.destroy(error))
    else {
      let bytes = 0
      request.on('data', (chunk: Buffer) => (bytes += chunk.length))
      request.on('end', () => response.end(`${request.method} ${request.url} ${bytes}\n`))
    }
  }
  const plain = createServer(answer)
  const secure = createSecureServer(authority.server, answer)
  for (const server of [plain, secure]) {
    server.listen(0, '127.0.0.1')
    // oxlint-disable-next-line no-await-in-loop -- there are two
    await once(server, 'listening')
  }
  return {
    plainPort: addressOf(plain).port,
    securePort: addressOf(secure).port,
    [Symbol.asyncDispose]: async () => {
      for (const server of [plain, secure]) {
        server.close()
        server.closeAllConnections()
        // oxlint-disable-next-line no-await-in-loop -- there are two
        await once(server, 'close')
      }
    },
  }
}
