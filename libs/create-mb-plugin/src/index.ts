// What `npm create mb-plugin` does, for programs
export { run } from './run.ts'
export type { Streams } from './run.ts'
