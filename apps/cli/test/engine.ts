import { inspectBackends } from '@mb/sandbox'

const backends = await inspectBackends({ isFirstEnough: true })
const isMissing = !backends.some((backend) => backend.usable)

/** Whether tests that need a jail are left out; where engines are required, they fail instead. */
export const isSkipped: boolean = isMissing && process.env['MB_REQUIRE_ENGINES'] !== '1'

/** Why, for their titles. */
export const skipReason: string = isSkipped ? ' (skipped: nothing here can confine a program)' : ''
