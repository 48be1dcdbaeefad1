import type { PluginDetail, PluginSummary, VersionDetail } from '@mb/marketplace-protocol'
import { listPage } from './list/list-page.ts'
import { pluginPage } from './plugin/plugin-page.ts'
import { problemPage } from './problem-page.ts'

/** What the list of plugins shows. */
export interface ListPage {
  /** What was searched for; empty lists everything. */
  readonly query: string
  /** How many plugins there are in all. */
  readonly total: number
  readonly hits: readonly PluginSummary[]
  readonly offset: number
  readonly limit: number
  /** What people call this marketplace. */
  readonly service: string
}

/** What the page of a plugin shows. */
export interface PluginPage {
  readonly detail: PluginDetail
  /** Its latest version. */
  readonly version: VersionDetail
  /** What people call this marketplace. */
  readonly service: string
  /** Where this marketplace is reached, as `https://plugins.example`. */
  readonly origin: string
}

/** What is shown when there is nothing else to show. */
export interface ProblemPage {
  readonly status: number
  readonly title: string
  readonly detail: string
}

/** The pages: from data to a whole document, and nothing else. */
export interface Pages {
  readonly list: (page: ListPage) => string
  readonly plugin: (page: PluginPage) => string
  readonly problem: (page: ProblemPage) => string
}

/** The pages, as HTML that needs no script. */
export const pages: Pages = { list: listPage, plugin: pluginPage, problem: problemPage }
