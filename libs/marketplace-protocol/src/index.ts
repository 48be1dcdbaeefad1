// Routes
export { routes } from './routes.ts'
export type { Routes } from './routes.ts'
export type { Route, RouteAnswer, RouteBody } from './route.ts'
export { pathOf } from './path-of.ts'
export { openApiDocument } from './openapi.ts'
export type { OpenApiOptions } from './openapi.ts'
export { wireLimits } from './limits.ts'

// Problems
export { isProblemCode, problem, problemCodes, problemMediaType, problemSchema } from './problem.ts'
export type { Problem, ProblemCode } from './problem.ts'
export type { Reason, Severity } from './reason.ts'

// What goes over the wire
export type { Account } from './account.ts'
export type { EnrolledKey, KeyEnrolment, NamespaceKeys } from './key.ts'
export type { ArtefactQuery } from './platform.ts'
export type {
  ArtefactSummary,
  PluginDetail,
  PluginSummary,
  SearchQuery,
  SearchResult,
  VersionList,
  VersionSummary,
} from './plugin.ts'
export type { PublishState, PublishStatus, ValidateResult } from './publishing.ts'
export type { Health, Service } from './service.ts'
export type { VersionDetail, WirePermission } from './version-detail.ts'
export { versionNeedsSchema } from './version-needs.ts'
export type { VersionNeeds } from './version-needs.ts'

// Names
export { nameSchema, pluginIdSchema, sha256Schema, versionSchema } from './names.ts'

// Tokens, keys and digests
export { hashToken, isToken, makeToken } from './tokens.ts'
export { enrolmentText } from './key.ts'
export { readReprDigest, reprDigest } from './repr-digest.ts'
