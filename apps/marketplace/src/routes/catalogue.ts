import { routes, type VersionDetail } from '@mb/marketplace-protocol'
import { HttpProblem } from '../problem.ts'
import { download } from './download.ts'
import { revalidated } from './revalidated.ts'
import type { RouteTable } from './route-table.ts'
import type { Service } from './service.ts'

/** What everybody may see: found, listed, downloaded. */
export function catalogueRoutes(table: RouteTable, service: Service): void {
  const { catalogue } = service.store

  table.on(routes.search, ({ query: { q, limit, offset }, context }) =>
    context.json(catalogue.search(q, { limit, offset })),
  )
  table.on(routes.plugin, ({ params, context }) => {
    const id = `${params.namespace}/${params.name}`
    return revalidated(context.req.raw, catalogue.plugin(id) ?? missing(id))
  })
  table.on(routes.versions, ({ params, context }) => {
    const id = `${params.namespace}/${params.name}`
    const versions = catalogue.versions(id) ?? missing(id)
    return revalidated(context.req.raw, { id, versions })
  })
  table.on(routes.version, ({ params, context }) => revalidated(context.req.raw, find(params)))
  table.on(routes.download, ({ params, context }) =>
    download(context.req.raw, find(params), service.blobs),
  )

  function find(params: { namespace: string; name: string; version: string }): VersionDetail {
    const id = `${params.namespace}/${params.name}`
    return catalogue.version(id, params.version) ?? missing(`${id}@${params.version}`)
  }
}

function missing(what: string): never {
  throw new HttpProblem('not-found', `There is no ${what} here`, {
    hint: 'Look for it: mb marketplace search',
  })
}
