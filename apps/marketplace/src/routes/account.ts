import { routes } from '@mb/marketplace-protocol'
import { authorize } from './authorize.ts'
import type { RouteTable } from './route-table.ts'
import type { Service } from './service.ts'

/** What somebody sees and does of their own token. */
export function accountRoutes(table: RouteTable, service: Service): void {
  table.on(routes.whoami, ({ context }) => {
    const { account, token } = authorize(context, service)
    const { id, createdAt, expiresAt } = token
    context.header('cache-control', 'no-store')
    return context.json({
      account: account.name,
      namespaces: account.namespaces,
      token: { id, createdAt, expiresAt },
    })
  })
  table.on(routes.revokeToken, ({ context }) => {
    const { token } = authorize(context, service)
    const now = new Date(service.clock.now()).toISOString()
    service.store.accounts.revokeToken(token.id, now)
    return context.body(null, 204)
  })
}
