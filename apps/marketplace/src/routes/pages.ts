import { routes, wireLimits } from '@mb/marketplace-protocol'
import type { Context, Hono } from 'hono'
import { HttpProblem } from '../problem.ts'
import type { Service } from './service.ts'

const hitsOnPage = 20

/** The pages for people; they are loaded when the first person comes. */
export function pageRoutes(app: Hono, service: Service): void {
  const { catalogue } = service.store

  app.get('/', async (context) => {
    const { pages } = await loadWeb()
    const { q, limit, offset } = askedFor(context)
    const found = catalogue.search(q, { limit, offset })
    return html(pages.list({ ...found, offset, limit, service: service.name }))
  })
  app.get('/plugins/:namespace/:name', async (context) => {
    const named = routes.plugin.params.safeParse(context.req.param())
    const id = named.success ? `${named.data.namespace}/${named.data.name}` : undefined
    const detail = id === undefined ? undefined : catalogue.plugin(id)
    const version = detail && catalogue.version(detail.id, detail.version)
    if (detail === undefined || version === undefined)
      throw new HttpProblem('not-found', 'There is no such plugin here')
    const { pages } = await loadWeb()
    const origin = service.origins()[0] ?? ''
    return html(pages.plugin({ detail, version, service: service.name, origin }))
  })
  app.get('/assets/:file', async (context) => {
    const { assets } = await loadWeb()
    const asset = assets.find(({ path }) => path === context.req.path)
    if (asset === undefined) throw new HttpProblem('not-found', 'There is no such file here')
    // Its name has the digest of its content.
    const headers = {
      'content-type': asset.type,
      'cache-control': 'public, max-age=31536000, immutable',
    }
    return new Response(asset.body, { headers })
  })
}

/** A problem as a page, for whoever came with a browser. */
export async function problemPage(problem: HttpProblem): Promise<Response> {
  const { pages } = await loadWeb()
  const { status, title } = problem.body()
  const { message: detail, headers } = problem
  return html(pages.problem({ status, title, detail }), { status, headers })
}

/** Whether somebody looks with a browser at what is no part of the API. */
export function isForPeople({ req }: Context): boolean {
  const isApi = req.path.startsWith('/v1/') || req.path.startsWith('/.well-known/')
  return !isApi && (req.header('accept')?.includes('text/html') ?? false)
}

/** What somebody typed is cut short, not refused; other things than a page of ours has are left out. */
function askedFor({ req }: Context): { q: string; limit: number; offset: number } {
  const { q = '', offset = '0', limit = String(hitsOnPage) } = req.query()
  const asked = { q: q.slice(0, wireLimits.queryLength).toWellFormed(), offset, limit }
  const read = routes.search.query.safeParse(asked)
  return read.success ? read.data : { q: asked.q, limit: hitsOnPage, offset: 0 }
}

async function html(
  body: string,
  options: { readonly status?: number; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Response> {
  const { contentSecurityPolicy } = await loadWeb()
  return new Response(body, {
    status: options.status ?? 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurityPolicy,
      'cache-control': 'no-cache',
      ...options.headers,
    },
  })
}

async function loadWeb(): Promise<typeof import('../web/index.ts')> {
  return import('../web/index.ts')
}
