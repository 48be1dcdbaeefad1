import type { JsonValue } from '@mb/kernel'
import { entriesIn } from './plugin-entry.ts'
import type { Merged } from './merge-settings.ts'
import {
  defaultPlugins,
  updatePolicies,
  type PluginsConfiguration,
  type UpdatePolicy,
} from './plugin-settings.ts'

/** The settings of plugins out of all that was merged; each value was read before, and is of its form. */
export function pluginsIn(merged: Merged): PluginsConfiguration {
  const value = (key: string): JsonValue | undefined => merged.get(`plugins.${key}`)?.value
  const usual = defaultPlugins
  return {
    enabled: isOn(value('enabled'), usual.enabled),
    environment: textOf(value('environment'), usual.environment),
    searchPaths: textsOf(value('searchPaths')),
    trustedSources: textsOf(value('trustedSources')),
    allowUntrusted: isOn(value('allowUntrusted'), usual.allowUntrusted),
    keepVersions: numberOf(value('keepVersions'), usual.keepVersions),
    backup: isOn(value('backup'), usual.backup),
    updates: {
      automatic: isOn(value('updates.automatic'), usual.updates.automatic),
      policy: policyOf(value('updates.policy')) ?? usual.updates.policy,
      intervalSeconds: numberOf(value('updates.intervalSeconds'), usual.updates.intervalSeconds),
      cooldownSeconds: numberOf(value('updates.cooldownSeconds'), usual.updates.cooldownSeconds),
    },
    rescanSeconds: numberOf(value('rescanSeconds'), usual.rescanSeconds),
    healthCheckTimeoutSeconds: numberOf(
      value('healthCheckTimeoutSeconds'),
      usual.healthCheckTimeoutSeconds,
    ),
    maxPackageMb: numberOf(value('maxPackageMb'), usual.maxPackageMb),
    maxDependencyDepth: numberOf(value('maxDependencyDepth'), usual.maxDependencyDepth),
    maxConcurrent: numberOf(value('maxConcurrent'), usual.maxConcurrent),
    required: rangesOf(value('required')),
    entries: entriesIn(merged),
  }
}

function isOn(value: JsonValue | undefined, usual: boolean): boolean {
  return typeof value === 'boolean' ? value : usual
}

function numberOf(value: JsonValue | undefined, usual: number): number {
  return typeof value === 'number' ? value : usual
}

function textOf(value: JsonValue | undefined, usual: string): string {
  return typeof value === 'string' ? value : usual
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

function policyOf(value: JsonValue | undefined): UpdatePolicy | undefined {
  return updatePolicies.find((each) => each === value)
}

function rangesOf(value: JsonValue | undefined): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(
    Object.entries(value).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )
}
