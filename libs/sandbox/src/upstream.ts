/**
 * The proxy of a company, for programs that reach others by themselves.
 *
 * @module
 */
export { Upstream, UpstreamRefusal } from './network-proxy/upstream.ts'
export type { UpstreamProxy } from './network-proxy/upstream-proxy.ts'
export type { Target } from './network-proxy/target.ts'
