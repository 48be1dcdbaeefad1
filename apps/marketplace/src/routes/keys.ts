import { routes } from '@mb/marketplace-protocol'
import { HttpProblem } from '../problem.ts'
import { allow, authorize } from './authorize.ts'
import { enrolKey } from './enrol-key.ts'
import { revalidated } from './revalidated.ts'
import type { RouteTable } from './route-table.ts'
import type { Service } from './service.ts'

/** The keys that namespaces sign with. */
export function keyRoutes(table: RouteTable, service: Service): void {
  const { keys } = service.store

  table.on(routes.keys, ({ params: { namespace }, context }) => {
    if (!keys.hasNamespace(namespace))
      throw new HttpProblem('not-found', `There is no namespace "${namespace}" here`)
    return revalidated(context.req.raw, { namespace, keys: keys.of(namespace) })
  })
  table.on(routes.enrolKey, async ({ params: { namespace }, context }) => {
    const caller = authorize(context, service)
    allow(caller, namespace, service)
    return context.json(await enrolKey(context.req.raw, namespace, service), 201)
  })
  table.on(routes.removeKey, ({ params: { namespace, keyId }, context }) => {
    const caller = authorize(context, service)
    allow(caller, namespace, service)
    const now = new Date(service.clock.now()).toISOString()
    if (!keys.remove(namespace, keyId, now))
      throw new HttpProblem('not-found', `Namespace "${namespace}" has no such key`)
    return context.body(null, 204)
  })
}
