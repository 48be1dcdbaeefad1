import { routes, type PublishStatus } from '@mb/marketplace-protocol'
import { HttpProblem } from '../problem.ts'
import type { PublishRecord } from '../store/store.ts'
import { allow, authorize } from './authorize.ts'
import { publish } from './publish.ts'
import type { RouteTable } from './route-table.ts'
import type { Service } from './service.ts'
import { validate } from './validate.ts'

/** What publishers do with packages. */
export function publishRoutes(table: RouteTable, service: Service): void {
  table.on(routes.publish, async ({ params: { namespace }, context }) => {
    const caller = authorize(context, service)
    allow(caller, namespace, service)
    const { record, isNew } = await publish(context.req.raw, caller, namespace, service)
    context.header('location', `/v1/publishes/${record.id}`)
    context.header('cache-control', 'no-store')
    return context.json(statusOf(record), isNew ? 202 : 200)
  })
  table.on(routes.publishStatus, ({ params: { id }, context }) => {
    const { account } = authorize(context, service)
    const record = service.store.publishes.get(id)
    // Whose publish it is, is nobody else's business.
    if (record?.account !== account.name)
      throw new HttpProblem('not-found', 'There is no such publish')
    context.header('cache-control', 'no-store')
    return context.json(statusOf(record))
  })
  table.on(routes.validate, async ({ context, query }) => {
    const caller = authorize(context, service)
    const namespace = query.namespace ?? caller.account.namespaces[0]
    if (namespace === undefined) {
      throw new HttpProblem('forbidden', `Account "${caller.account.name}" has no namespace`, {
        hint: 'Ask the operator for one',
      })
    }
    allow(caller, namespace, service)
    return context.json(await validate(context.req.raw, caller, namespace, service))
  })
}

/** A publish as its author sees it: what only the server knows, is no part of the contract. */
function statusOf(record: PublishRecord): PublishStatus {
  return routes.publishStatus.answer.parse(record)
}
