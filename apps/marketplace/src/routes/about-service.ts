import {
  openApiDocument,
  routes,
  type Health,
  type Service as About,
} from '@mb/marketplace-protocol'
import { HttpProblem } from '../problem.ts'
import { revalidated } from './revalidated.ts'
import type { RouteTable } from './route-table.ts'
import type { Service } from './service.ts'

const ok: Health = { status: 'ok' }
/** A probe writes to disk: however often it is asked for, this is how often it is made. */
const probeMs = 1000

/** What the marketplace says of itself. */
export function serviceRoutes(table: RouteTable, service: Service): void {
  const { name, version, maxPackageBytes, store, clock } = service
  const about: About = { protocol: 1, name, api: '/v1', maxPackageBytes }
  let provedAt = -Infinity

  table.on(routes.service, ({ context }) => revalidated(context.req.raw, about))
  table.on(routes.health, ({ context }) => context.json(ok))
  table.on(routes.readiness, ({ context }) => {
    if (clock.monotonic() - provedAt < probeMs) return context.json(ok)
    try {
      store.checkWritable()
    } catch (cause) {
      throw new HttpProblem('busy', 'Nothing can be written down', {
        cause,
        headers: { 'retry-after': '30' },
      })
    }
    provedAt = clock.monotonic()
    return context.json(ok)
  })
  table.on(routes.openapi, ({ context }) => {
    const serverUrl = service.origins()[0]
    const options = serverUrl === undefined ? {} : { serverUrl }
    return revalidated(context.req.raw, openApiDocument({ title: name, version, ...options }))
  })
}
