import { extname } from 'node:path'
import { errorCode, readTextBounded } from '@mb/kernel'
import { PluginError } from '../plugin-error.ts'
import { reasonOf } from '../store/home-folders.ts'
import { isSyntaxProblem, type ParsedConfiguration, type Place } from './parsed-configuration.ts'

const maxBytes = 1024 * 1024

const unreadable: Readonly<Record<string, string>> = {
  EACCES: 'you may not read it',
  EPERM: 'you may not read it',
  EISDIR: 'it is a folder',
  EINVAL: 'it is no regular file',
}

/**
 * Reads a configuration file: data, whatever it says.
 *
 * @returns undefined when there is no such file
 * @throws PluginError `MB_CONFIG_TOO_LARGE`, `MB_CONFIG_SYNTAX`
 */
export async function readConfigurationFile(
  path: string,
): Promise<ParsedConfiguration | undefined> {
  const text = await readText(path)
  return text === undefined ? undefined : parseConfiguration(text, path)
}

/**
 * Reads the text of a configuration: TOML by the ending of its name, JSON too, else YAML.
 *
 * @param name whose text it is, as errors tell it
 * @throws PluginError `MB_CONFIG_SYNTAX`
 */
export async function parseConfiguration(text: string, name: string): Promise<ParsedConfiguration> {
  try {
    return await parseText(text, extname(name))
  } catch (error) {
    if (!isSyntaxProblem(error)) throw error
    throw new PluginError(
      'MB_CONFIG_SYNTAX',
      `Cannot read "${name}"${placeText(error.place)}: ${error.message}`,
      { details: { file: name, ...error.place } },
    )
  }
}

// Most people have no settings: the parsers are loaded for a file that is there.
async function parseText(text: string, ending: string): Promise<ParsedConfiguration> {
  if (ending === '.toml') return (await import('./parse-toml.ts')).parseToml(text)
  return (await import('./parse-yaml.ts')).parseYaml(text, ending === '.json' ? 'json' : 'yaml')
}

/** `:3:5`, or nothing where the place is not known. */
export function placeText(place: Place | undefined): string {
  return place === undefined ? '' : `:${place.line}:${place.column}`
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readTextBounded(path, { maxBytes })
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (code === 'MB_FILE_TOO_LARGE') {
      throw new PluginError(
        'MB_CONFIG_TOO_LARGE',
        `Cannot read "${path}": it is larger than 1 MB`,
        {
          cause: error,
        },
      )
    }
    throw new PluginError('MB_CONFIG_SYNTAX', `Cannot read "${path}": ${whyUnreadable(error)}`, {
      cause: error,
    })
  }
}

/** Why the system did not let a file be read, in words. */
export function whyUnreadable(error: unknown): string {
  const code = errorCode(error)
  return (code === undefined ? undefined : unreadable[code]) ?? reasonOf(error)
}
