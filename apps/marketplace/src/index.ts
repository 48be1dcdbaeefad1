// The server
export { startMarketplace } from './server.ts'
export type { Marketplace, MarketplaceLimits, MarketplaceOptions } from './server.ts'
export type { PublishStep } from './ingest/publisher.ts'
export type { Scan } from './ingest/scan.ts'
export type { IntakeLimits } from './ingest/intake.ts'
export type { RateLimit } from './rate-limit.ts'

// Accounts
export { Accounts } from './accounts/accounts.ts'
export type { NewToken } from './accounts/accounts.ts'
export type { Account, TokenRecord } from './store/store.ts'

// Errors
export { ServerError, serverErrors } from './server-error.ts'
export type { ServerErrorCode } from './server-error.ts'
