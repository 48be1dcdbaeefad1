import { routes, type ArtefactQuery, type VersionDetail } from '@mb/marketplace-protocol'
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
  table.on(routes.version, ({ params, query, context }) =>
    revalidated(context.req.raw, find(params, query)),
  )
  table.on(routes.download, ({ params, query, context }) =>
    download(context.req.raw, find(params, query), {
      blobs: service.blobs,
      // A closer artefact may come later.
      isForever: query.platform === undefined,
    }),
  )

  function find(
    params: { readonly namespace: string; readonly name: string; readonly version: string },
    { platform }: ArtefactQuery,
  ): VersionDetail {
    const id = `${params.namespace}/${params.name}`
    const found = catalogue.version(id, params.version, platform)
    if (found !== undefined) return found
    const others = catalogue.artefacts(id, params.version).flatMap(({ platforms }) => platforms)
    if (others.length === 0 || platform === undefined) return missing(`${id}@${params.version}`)
    throw new HttpProblem('not-found', `There is no ${id}@${params.version} for ${platform} here`, {
      hint: `There is one for ${others.join(', ')}`,
    })
  }
}

function missing(what: string): never {
  throw new HttpProblem('not-found', `There is no ${what} here`, {
    hint: 'Look for it: mb marketplace search',
  })
}
