// Modules for Node, sent to programs that wait for them
export { activate } from './pool/runner/activate.ts'
export type { Activation } from './pool/runner/activate.ts'
export { nodeRunner } from './pool/runner/node-runner.ts'
export type { NodeRunner, NodeRunnerOptions } from './pool/runner/node-runner.ts'
