import { describe, expect, it } from 'vitest'
import { openCatalogue } from '../catalogue.ts'
import type { CommandData } from '../commands/command-data.ts'
import { locate } from '../start/locate.ts'
import { parseCommand, type ParsedCommand } from './parse-command.ts'

const catalogue = openCatalogue('/nowhere')

async function parse(...argv: string[]): Promise<ParsedCommand> {
  const located = locate(argv, catalogue)
  if (located.command === undefined) throw new TypeError('Cannot parse: no such command')
  return parseCommand(located.command, located)
}

const own: CommandData = {
  path: ['own'],
  summary: 'Own',
  arguments: [{ name: 'file', summary: '', required: true }],
  options: [
    { name: 'json', summary: '' },
    { name: 'verbosity', short: 'v', value: 'N', summary: '' },
    { name: 'constructor', value: 'TEXT', summary: '' },
    { name: 'no-links', summary: '' },
    { name: 'title', value: 'TEXT', summary: '', isRequired: true },
  ],
  examples: [],
  plugin: { id: 'acme/own', command: 'own' },
}
const parseOwn = async (...rest: string[]): Promise<ParsedCommand> =>
  parseCommand(own, { path: ['own'], command: own, globals: [], rest })

describe('parseCommand()', () => {
  it('gives arguments, options and defaults by name', async () => {
    const { invocation } = await parse('plugin', 'install', './x', '-y')
    expect(invocation.argument('source')).toBe('./x')
    expect(invocation.has('yes')).toBe(true)
    expect(invocation.has('force')).toBe(false)
    expect(invocation.option('namespace')).toBe('local')
  })

  it('collects options that may be given again, in order', async () => {
    const { invocation } = await parse(
      'sandbox',
      'run',
      '-r',
      'a',
      '--read=b',
      '--',
      'ls',
      '-r',
      'c',
    )
    expect(invocation.list('read')).toEqual(['a', 'b'])
    expect(invocation.argument('command')).toBe('ls')
    expect(invocation.rest('arguments')).toEqual(['-r', 'c'])
  })

  it('passes everything on from the first operand', async () => {
    const { invocation, settings } = await parse('sandbox', 'run', 'ls', '--json', '--', 'x')
    expect(invocation.rest('arguments')).toEqual(['--json', '--', 'x'])
    expect(settings.isJson).toBe(false)
  })

  it('tells an optional value from none', async () => {
    expect((await parse('sdk', 'package')).invocation.has('sign')).toBe(false)
    expect((await parse('sdk', 'package', '--sign')).invocation.has('sign')).toBe(true)
    expect((await parse('sdk', 'package', '--sign')).invocation.option('sign')).toBeUndefined()
    expect((await parse('sdk', 'package', '--sign', 'mine')).invocation.option('sign')).toBe('mine')
  })

  it('reads global options wherever they stand', async () => {
    expect((await parse('-c', 'a.yaml', 'plugin', 'list', '--json', '--debug')).settings).toEqual({
      config: 'a.yaml',
      isJson: true,
      isVerbose: true,
      isDebug: true,
    })
  })

  it('takes an option that means --json for it', async () => {
    expect((await parse('sdk', 'scan', '--format', 'json')).settings.isJson).toBe(true)
    expect((await parse('sdk', 'scan', '--format', 'text')).settings.isJson).toBe(false)
    expect((await parse('sdk', 'scan')).settings.isJson).toBe(false)
  })

  it("gives a plugin's own options to the plugin, whatever they are called", async () => {
    const { invocation, settings } = await parseOwn(
      'f',
      '--json',
      '-v',
      '3',
      '--constructor',
      'c',
      '--no-links',
      '--title',
      't',
    )
    expect(invocation.toRecords()).toEqual({
      arguments: { file: 'f' },
      options: { json: true, verbosity: '3', constructor: 'c', 'no-links': true, title: 't' },
    })
    expect(settings).toEqual({ isJson: false, isVerbose: false, isDebug: false })
  })

  it('holds nothing that was not given', async () => {
    expect((await parseOwn('f', '--title', 't')).invocation.toRecords()).toEqual({
      arguments: { file: 'f' },
      options: { title: 't' },
    })
  })

  it.each([
    [['plugin', 'rollback'], 'Cannot run "mb plugin rollback": PLUGIN is missing'],
    [['plugin', 'install', 'a', 'b'], 'Cannot run "mb plugin install": it takes fewer arguments'],
    [['plugin', 'list', '--yess'], 'Cannot run "mb plugin list": unknown option "--yess"'],
    [
      ['marketplace', 'login', '--token=mbp_secret'],
      'Cannot run "mb marketplace login": unknown option "--token"',
    ],
    [['sandbox', 'run', '--memory'], 'Cannot run "mb sandbox run": --memory needs a value'],
    [['sandbox', 'run', '--net', '--', 'ls'], 'Cannot run "mb sandbox run": --net needs a value'],
    [['sandbox', 'run', '-r', '--', 'ls'], 'Cannot run "mb sandbox run": --read needs a value'],
    [
      ['sandbox', 'run', '-r', '.', '--audit', '--read', '.', 'ls'],
      'Cannot run "mb sandbox run": --audit needs a value',
    ],
    [['completion', 'tcsh'], 'Cannot run "mb completion": "tcsh" is no value of SHELL'],
  ])('refuses %j', async (argv, message) => {
    await expect(parse(...argv)).rejects.toThrow(
      expect.objectContaining({ code: 'MB_CLI_USAGE', outcome: 'usage', message }),
    )
  })

  it('names the option that was nearly typed', async () => {
    await expect(parse('plugin', 'install', 'x', '--forse')).rejects.toThrow(
      expect.objectContaining({
        hint: 'Did you mean --force? `mb plugin install --help` explains the command',
      }),
    )
  })

  it('says what a value that was forgotten looks like', async () => {
    await expect(parse('sandbox', 'run', '--net', '--', 'ls')).rejects.toThrow(
      expect.objectContaining({
        hint: 'Write it as --net HOST[:PORT]; `mb sandbox run --help` explains the command',
      }),
    )
  })

  it('takes what looks like an option for a value where it is meant, and leaves the command its own', async () => {
    const run = ['sandbox', 'run']
    expect((await parse(...run, '--audit=--', 'ls')).invocation.option('audit')).toBe('--')
    expect((await parse(...run, '--time', '-1s', 'ls')).invocation.option('time')).toBe('-1s')
    const { invocation } = await parse(...run, 'ls', '--net', '--', 'x')
    expect(invocation.rest('arguments')).toEqual(['--net', '--', 'x'])
  })

  it('insists on a required option', async () => {
    await expect(parseOwn('f')).rejects.toThrow('Cannot run "mb own": --title is missing')
  })
})
