// Running
export { openSandbox } from './open-sandbox.ts'
export type {
  EndedBy,
  Exit,
  NetworkOptions,
  RunOptions,
  RunResult,
  Sandbox,
  SandboxedProcess,
  SandboxOptions,
  SpawnOptions,
  StreamChoice,
  Usage,
  Violation,
} from './sandbox.ts'
export type { PoolOptions, PoolStatus, TakeOptions } from './pool/pool-options.ts'
export type { ExceededLimit, LimitName, SandboxLimits } from './limits.ts'
export type { SandboxPolicy } from './policy.ts'
export type { ExecGrant } from './policy/granted-command.ts'
export type { NetGrant } from './policy/network.ts'
export type { EndReason, NetworkDecision, RefusalReason } from './network-proxy/network-decision.ts'
export type { NameResolver } from './network-proxy/name-resolver.ts'
export type { NetworkLimits } from './network-proxy/network-limits.ts'
export type { UpstreamProxy } from './network-proxy/upstream-proxy.ts'
export { checkPolicy } from './check-policy.ts'
export type { CheckPolicyOptions } from './check-policy.ts'

// The least policy
export { observeCommand } from './observe.ts'
export type { DeniedReach, LeastPolicy, Observation, Verification } from './observe/observation.ts'
export type { ObserveOptions, ObserveStep } from './observe/observe-options.ts'
export type { ViewKind } from './observe/view/view.ts'

// Proof
export { isReceiptItem, levelItems, sandboxMinimum } from './receipt.ts'
export type { ProbeFinding, Receipt, ReceiptFinding, ReceiptItem, SandboxLevel } from './receipt.ts'
export { securityReport } from './security-report.ts'
export type { ReportedPermissions, SecurityReport } from './security-report.ts'
export type { HostTraffic } from './doorway/host-traffic.ts'

// What this machine offers
export { backendNames } from './backend.ts'
export type { BackendName } from './backend.ts'
export { inspectBackends } from './inspect-backends.ts'
export type { BackendReport, InspectOptions } from './inspect-backends.ts'
export { inspectMachine } from './inspect-machine.ts'
export type { MachineReport, ScopeReport } from './inspect-machine.ts'

// Errors
export { SandboxError, sandboxErrors } from './sandbox-error.ts'
export { SandboxLimitError } from './limit-error.ts'
export type { SandboxErrorCode } from './sandbox-error.ts'
