import { neutralText } from '@mb/manifest'
import { PluginError, type PluginErrorCode } from '../plugin-error.ts'

/** What may go wrong with a source. */
export type SourceErrorCode = Extract<PluginErrorCode, `MB_SOURCE_${string}`>

/** An error about a source, under a name that can be shown to everybody. */
export function sourceError(
  code: SourceErrorCode,
  shown: string,
  reason: string,
  options: {
    readonly hint?: string
    readonly cause?: unknown
    readonly details?: Record<string, unknown>
  } = {},
): PluginError {
  return new PluginError(
    code,
    `Cannot install from ${JSON.stringify(neutralText(shown, 160))}: ${reason}`,
    options,
  )
}
