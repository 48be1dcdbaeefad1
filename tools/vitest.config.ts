import { project } from './vitest.ts'

export default project({ testTimeout: 120_000 })
