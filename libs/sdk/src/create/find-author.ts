import { userInfo } from 'node:os'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { runCommand } from '../run-command.ts'
import { SdkError } from '../sdk-error.ts'

/** The author that git is set up with in a folder, as `Name <mail>`; else the name of the account. */
export async function findAuthor(directory: string): Promise<string> {
  const cwd = await existingFolder(directory)
  const name = await gitSetting('user.name', cwd)
  const email = await gitSetting('user.email', cwd)
  if (name === undefined) return userInfo().username
  return email === undefined ? name : `${name} <${email}>`
}

async function gitSetting(key: string, cwd: string): Promise<string | undefined> {
  try {
    const { code, output } = await runCommand('git', ['config', '--get', key], {
      cwd,
      timeoutMs: 5000,
    })
    const value = output.trim()
    return code === 0 && value !== '' ? value : undefined
  } catch (error) {
    if (error instanceof SdkError && error.code === 'MB_SDK_COMMAND_MISSING') return undefined
    throw error
  }
}

/** The folder, or the nearest one above it that exists: git's settings depend on where it is asked. */
async function existingFolder(directory: string): Promise<string> {
  const facts = await stat(directory).catch(() => undefined)
  if (facts?.isDirectory() || dirname(directory) === directory) return directory
  return existingFolder(dirname(directory))
}
