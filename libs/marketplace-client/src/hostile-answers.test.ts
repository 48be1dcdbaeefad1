import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isMbError } from '@mb/kernel'
import { makeFolder, openTiny, startTiny } from './fixtures/open-tiny.ts'
import { failure, makeVersion, type Answer } from './fixtures/tiny-marketplace.ts'
import { openMarketplace } from './open-marketplace.ts'

const served = makeVersion('acme/pdf', '1.0.0')
const other = makeVersion('acme/doc', '1.0.0')
const { detail } = served

/** Answers with a text of a type. */
const text = (body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Answer => {
  return (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(body)
    return true
  }
}

/** Answers about a version with something else in place of the truth. */
const withDetail = (changed: Readonly<Record<string, unknown>>): Answer =>
  text(JSON.stringify({ ...detail, ...changed }))

/** Writes what no server of Node's would. */
const raw = (bytes: string): Answer => {
  return ({ socket }) => {
    socket.end(bytes)
    return true
  }
}

const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`

const cases: Readonly<Record<string, readonly [Answer, string, RegExp]>> = {
  'what is no HTTP': [raw('SSH-2.0-OpenSSH_9.9\r\n'), 'ANSWER', /it is not HTTP$/],
  'nothing, and a closed door': [raw(''), 'UNREACHABLE', /it closed the connection$/],
  'headers without end': [
    raw(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}`),
    'ANSWER',
    /it is not HTTP$/,
  ],
  'half an answer': [
    raw('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"id"'),
    'TRUNCATED',
    /it ended before it was whole$/,
  ],
  'a broken chunk': [
    raw(
      'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
    ),
    'ANSWER',
    /it is not HTTP$/,
  ],
  'two lengths': [
    raw(
      'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}',
    ),
    'ANSWER',
    /it is not HTTP$/,
  ],
  'a web page': [
    text('<!doctype html>', { 'content-type': 'text/html' }),
    'ANSWER',
    /it is no JSON$/,
  ],
  'JSON under another name': [
    text(JSON.stringify(detail), { 'content-type': 'text/plain' }),
    'ANSWER',
    /it is no JSON$/,
  ],
  'a page without type': [text('{}', { 'content-type': '' }), 'ANSWER', /it is no JSON$/],
  garbage: [text('{"id": '), 'ANSWER', /form of this protocol$/],
  'bytes that are no text': [text(Buffer.from([0x22, 0xff, 0x22])), 'ANSWER', /form of this/],
  'JSON of another form': [text('[]'), 'ANSWER', /form of this protocol$/],
  'JSON without bottom': [text(deep), 'ANSWER', /form of this protocol$/],
  'more than is read': [
    text('{}', { 'content-length': String(5 * 1024 * 1024) }),
    'TOO_LARGE',
    /larger than 4194304 bytes$/,
  ],
  'a body without end': [
    (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      pour(response)
      return true
    },
    'TOO_LARGE',
    /larger than 4194304 bytes$/,
  ],
  'a bomb': [
    text(gzipSync(Buffer.alloc(50_000_000)), { 'content-encoding': 'gzip' }),
    'ANSWER',
    /packed in a way that was not asked for$/,
  ],
  'another plugin': [text(JSON.stringify(other.detail)), 'ANSWER', /another plugin or version/],
  'another version': [withDetail({ version: '1.0.1' }), 'ANSWER', /another plugin or version/],
  'a name that leads out': [withDetail({ id: '../../etc' }), 'ANSWER', /form of this/],
  'a name with a control character': [withDetail({ id: 'acme/p\u0007df' }), 'ANSWER', /form of/],
  'a name that looks alike': [withDetail({ id: 'аcme/pdf' }), 'ANSWER', /form of this/],
  'a name of 300 characters': [
    withDetail({ id: `acme/${'p'.repeat(300)}` }),
    'ANSWER',
    /form of this/,
  ],
  'a version that leads out': [withDetail({ version: '../1.0.0' }), 'ANSWER', /form of this/],
  'a size below nothing': [
    withDetail({ archive: { ...detail.archive, bytes: -1 } }),
    'ANSWER',
    /form of this/,
  ],
  'a verdict that would stop it': [
    withDetail({ scan: { verdict: 'block', findings: [] } }),
    'ANSWER',
    /form of this/,
  ],
  'that nothing changed, unasked': [
    (_, response) => {
      response.writeHead(304).end()
      return true
    },
    'ANSWER',
    /it is status 304 and tells no reason$/,
  ],
  'no page': [
    (_, response) => {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>nginx</h1>')
      return true
    },
    'ANSWER',
    /it is status 404 and tells no reason$/,
  ],
  'a problem of another status': [
    (_, response) => {
      response.writeHead(403, { 'content-type': 'application/problem+json' }).end(
        JSON.stringify({
          type: 'urn:milkbottle:problem:not-found',
          title: 'x',
          status: 404,
          code: 'not-found',
          detail: 'x',
        }),
      )
      return true
    },
    'FORBIDDEN',
    /it is status 403 and tells no reason$/,
  ],
  'a problem that paints the terminal': [
    (_, response) => {
      response.writeHead(400, { 'content-type': 'application/problem+json' }).end(
        JSON.stringify({
          type: 'urn:milkbottle:problem:bad-request',
          title: 'x',
          status: 400,
          code: 'bad-request',
          detail: 'a\u001b[2J\u202eb\nc',
        }),
      )
      return true
    },
    'PROBLEM',
    /: a \[2J b c$/,
  ],
  'to ask another host': [
    (_, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:9/v1/x' }).end()
      return true
    },
    'REDIRECT',
    /it leads to another host$/,
  ],
  'to ask with credentials': [
    (request, response) => {
      response.writeHead(302, { location: `http://a:b@${request.headers.host}/` }).end()
      return true
    },
    'REDIRECT',
    /it leads to another host$/,
  ],
  'to ask nowhere': [
    (_, response) => {
      response.writeHead(302).end()
      return true
    },
    'REDIRECT',
    /it leads nowhere$/,
  ],
  'to ask in a circle': [
    (request, response) => {
      response.writeHead(307, { location: request.url }).end()
      return true
    },
    'REDIRECT',
    /more than 3 times$/,
  ],
}

describe('find() refuses a marketplace that answers', () => {
  it.each(Object.entries(cases))('%s', async (_, [answer, code, message]) => {
    const { tiny, marketplace } = await openTiny()
    tiny.serve(served)
    tiny.answer = answer
    const found = marketplace.find('acme/pdf@1.0.0')
    await expect(found).rejects.toMatchObject({
      name: 'MarketplaceError',
      code: `MB_MARKETPLACE_${code}`,
      message: expect.stringMatching(message),
    })
    // The control: with its usual answers, the same question is answered.
    tiny.answer = () => false
    expect(await marketplace.find('acme/pdf@1.0.0')).toMatchObject({ id: 'acme/pdf' })
  })

  it('without end, and reads no more than it has to', async () => {
    const { tiny, marketplace } = await openTiny()
    let written: (() => number) | undefined
    tiny.answer = ({ socket }, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      written = () => socket.bytesWritten
      pour(response)
      return true
    }
    await expect(marketplace.find('acme/pdf@1.0.0')).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_TOO_LARGE',
    })
    // What is under way in buffers counts too.
    expect(written?.()).toBeLessThan(20_000_000)
    expect(tiny.asked.length).toBe(1)
  })

  it('in a circle, and goes round three times', async () => {
    const { tiny, marketplace } = await openTiny()
    tiny.answer = (request, response) => {
      response.writeHead(307, { location: request.url }).end()
      return true
    }
    await expect(marketplace.find('acme/pdf@1.0.0')).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_REDIRECT',
    })
    expect(tiny.asked.length).toBe(4)
  })

  it('with keys of the prototype, and takes nothing of them', async () => {
    const { tiny, marketplace } = await openTiny()
    const told = JSON.stringify(detail)
    tiny.answer = text(`${told.slice(0, -1)},"__proto__":{"polluted":1},"constructor":{"x":1}}`)
    const found = await marketplace.find('acme/pdf@1.0.0')
    expect('polluted' in found || 'polluted' in {}).toBe(false)
    expect(Object.hasOwn(found, 'constructor')).toBe(false)
  })

  it('from its own address under another path, and follows it there', async () => {
    const { tiny, marketplace } = await openTiny()
    tiny.serve(served)
    tiny.answer = (request, response) => {
      if (request.url?.startsWith('/v1/') === true && !request.url.includes('moved')) {
        response.writeHead(308, { location: `${request.url}?moved=1` }).end()
        return true
      }
      return false
    }
    expect(await marketplace.find('acme/pdf@1.0.0')).toMatchObject({ id: 'acme/pdf' })
  })
})

describe('find() refuses a signature', () => {
  const swapped = makeVersion('acme/pdf', '1.0.0')
  const signing = { id: 'acme/doc', version: '0.9.0', digest: 'cd'.repeat(32) }
  it.each([
    [
      'of another key under this name',
      { keyId: swapped.detail.keyId },
      /not the one that is named/,
    ],
    [
      'of another key, which says so itself',
      { keyId: swapped.detail.keyId, publicKey: swapped.detail.publicKey },
      /its signature does not hold$/,
    ],
    ['about other content', { digest: 'cd'.repeat(32) }, /about another content/],
    ['by what is no key', { publicKey: 'none' }, /its signature does not hold$/],
    [
      'on a statement that was changed',
      {
        statement: {
          ...detail.statement,
          payload: Buffer.from(
            Buffer.from(detail.statement.payload, 'base64').toString().replace('1.0.0', '1.0.1'),
          ).toString('base64'),
        },
      },
      /its signature does not hold$/,
    ],
    [
      'about an older version, under a newer number',
      makeVersion('acme/pdf', '1.0.0', undefined, { signs: { version: signing.version } }).detail,
      /about another version \("0\.9\.0", not "1\.0\.0"\)$/,
    ],
    [
      'about another plugin',
      makeVersion('acme/pdf', '1.0.0', undefined, { signs: { id: signing.id } }).detail,
      /about another plugin \("acme\/doc", not "acme\/pdf"\)$/,
    ],
    [
      'about the same name elsewhere',
      makeVersion('acme/pdf', '1.0.0', undefined, { signs: { id: 'zeta/pdf' } }).detail,
      /about another plugin \("zeta\/pdf", not "acme\/pdf"\)$/,
    ],
  ])('%s', async (_, changed, message) => {
    const { tiny, marketplace } = await openTiny()
    tiny.answer = withDetail({ ...changed })
    await expect(marketplace.find('acme/pdf@1.0.0')).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_SIGNATURE_INVALID',
      outcome: 'refused',
      message: expect.stringMatching(message),
    })
  })

  it('and takes one that was made for any namespace', async () => {
    const { tiny, marketplace } = await openTiny()
    tiny.serve(makeVersion('acme/pdf', '1.0.0', undefined, { signs: { id: 'pdf' } }))
    expect(await marketplace.find('acme/pdf')).toMatchObject({ version: '1.0.0' })
  })
})

describe('a marketplace that fails', () => {
  it('is asked four times, and then told as what it is', async () => {
    const { tiny, marketplace } = await openTiny()
    tiny.answer = (_, response) => {
      response.writeHead(503).end()
      return true
    }
    await expect(marketplace.info('acme/pdf')).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_UNREACHABLE',
      outcome: 'network',
      details: { status: 503 },
    })
    expect(tiny.asked.length).toBe(4)
  })

  it('for a moment is not noticed', async () => {
    const { tiny, marketplace } = await openTiny()
    tiny.serve(served)
    let storms = 3
    tiny.answer = (_, response) => {
      if (storms === 0) return false
      storms -= 1
      failure(response, storms === 2 ? 'rate-limited' : 'internal', { 'retry-after': '0' })
      return true
    }
    expect(await marketplace.info('acme/pdf')).toMatchObject({ id: 'acme/pdf' })
    expect(tiny.asked.length).toBe(4)
  })

  it('is left alone when it asks for longer than anybody waits', async () => {
    const { tiny, marketplace } = await openTiny()
    tiny.answer = (_, response) => {
      failure(response, 'rate-limited', { 'retry-after': '3600' })
      return true
    }
    await expect(marketplace.info('acme/pdf')).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_RATE_LIMITED',
      outcome: 'network',
      details: { retryAfterMs: 3_600_000 },
    })
    expect(tiny.asked.length).toBe(1)
  })

  it('is given the time that it asks for', async () => {
    const { tiny, marketplace } = await openTiny()
    tiny.serve(served)
    let isFirst = true
    tiny.answer = (_, response) => {
      if (!isFirst) return false
      isFirst = false
      failure(response, 'busy', { 'retry-after': '1' })
      return true
    }
    const began = performance.now()
    await marketplace.info('acme/pdf')
    expect(performance.now() - began).toBeGreaterThan(950)
  })

  it('is not asked twice for what must not be done twice', async () => {
    const { tiny, marketplace } = await openTiny()
    tiny.token = 'mbp_x'
    tiny.answer = (_, response) => {
      response.writeHead(503).end()
      return true
    }
    await expect(marketplace.revokeToken('tiny')).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_UNREACHABLE',
    })
    expect(tiny.asked.length).toBe(1)
  })

  it('by not being there is told', async () => {
    const tiny = await startTiny()
    const folder = await makeFolder()
    const { url } = tiny
    await tiny[Symbol.asyncDispose]()
    const marketplace = openMarketplace({
      repositories: [{ name: 'gone', url }],
      cacheDirectory: join(folder, 'cache'),
      random: () => 0,
    })
    const error: unknown = await marketplace.find('acme/pdf').catch((thrown: unknown) => thrown)
    expect(isMbError(error) && [error.code, error.message, error.hint]).toEqual([
      'MB_MARKETPLACE_UNREACHABLE',
      'Cannot reach marketplace "gone": nothing answers at its address',
      'Check its address, and that it runs',
    ])
  })
})

function pour(response: ServerResponse): void {
  const block = Buffer.alloc(256 * 1024, 0x20)
  const more = () => {
    while (!response.destroyed && response.write(block));
  }
  response.on('drain', more)
  more()
}
