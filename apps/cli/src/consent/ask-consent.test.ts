import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describePermissions, noPermissions } from '@mb/manifest'
import type { ConsentRequest } from '@mb/plugin-core'
import { describe, expect, it } from 'vitest'
import { anyRequest } from '../fixtures/any-request.ts'
import { openCatalogue } from '../catalogue.ts'
import type { Context } from '../context.ts'
import { Output } from '../output/output.ts'
import { silentProgress } from '../output/progress.ts'
import { consentOf, type ConsentWays } from './ask-consent.ts'

const harmless = describePermissions({ ...noPermissions, env: [{ name: 'LANG' }] })
const grave = describePermissions({ ...noPermissions, exec: [{ command: 'git', args: ['log'] }] })

const request: ConsentRequest = {
  ...anyRequest,
  version: '1.0.0',
  description: 'Prints an outline',
  author: 'Ada',
  permissions: grave,
  added: grave,
  warnings: [],
}

interface Person extends AsyncDisposable {
  readonly context: Context
  readonly asked: readonly string[]
  readonly file: string
}

function unexpected(): never {
  throw new Error('nobody should be asked')
}

async function person(answer?: boolean): Promise<Person> {
  const workspace = await mkdtemp(join(tmpdir(), 'mb-consent-'))
  const asked: string[] = []
  return {
    asked,
    file: join(workspace, 'approvals.json'),
    context: {
      home: join(workspace, 'home'),
      workspace,
      env: {},
      settings: { isJson: false, isVerbose: false, isDebug: false },
      catalogue: openCatalogue('/nowhere'),
      signal: new AbortController().signal,
      progress: silentProgress,
      aside: new Output({ write: () => {} }, false),
      isInteractive: answer !== undefined,
      ask: async (question) => {
        asked.push(question)
        return answer ?? unexpected()
      },
      askSecret: unexpected,
      readInput: unexpected,
    },
    [Symbol.asyncDispose]: () => rm(workspace, { recursive: true, force: true }),
  }
}

const ways = (more: Partial<ConsentWays> = {}): ConsentWays => ({
  to: 'install',
  isYes: false,
  ...more,
})

describe('consentOf()', () => {
  it('lets --yes stand for what is not grave, without a question', async () => {
    await using someone = await person(true)
    const consent = consentOf(someone.context, ways({ isYes: true }))
    expect(await consent({ ...request, permissions: harmless, added: harmless })).toBe(true)
    expect(someone.asked).toEqual([])
  })

  it.each([true, false])('asks a person in a terminal, whose answer is %s', async (answer) => {
    await using someone = await person(answer)
    for (const isYes of [false, true])
      expect(await consentOf(someone.context, ways({ isYes }))(request)).toBe(answer)
    expect(someone.asked).toHaveLength(2)
    expect(someone.asked[0]).toBe('Install acme/notes 1.0.0 and grant this?')
  })

  it('calls going back what it is', async () => {
    await using someone = await person(true)
    await consentOf(someone.context, ways({ to: 'return' }))(request)
    expect(someone.asked).toEqual(['Go back to acme/notes 1.0.0 and grant this?'])
    await using nobody = await person()
    await expect(consentOf(nobody.context, ways({ to: 'return' }))(request)).rejects.toMatchObject({
      message: expect.stringMatching(/^Cannot roll back "acme\/notes": /),
    })
  })

  it('names both ways where there is no terminal', async () => {
    await using nobody = await person()
    await expect(consentOf(nobody.context, ways())(request)).rejects.toMatchObject({
      code: 'MB_PLUGIN_CONSENT_NEEDED',
      outcome: 'refused',
      hint: expect.stringMatching(/--request-approval FILE .* --approval FILE/),
      details: { approval: { plugin: 'acme/notes', approved: false } },
    })
    const harmlessRequest = { ...request, permissions: harmless, added: harmless }
    await expect(consentOf(nobody.context, ways())(harmlessRequest)).rejects.toMatchObject({
      hint: expect.stringMatching(/^Agree to what it asks with --yes; or --request-approval FILE/),
    })
  })

  it('writes what is to be approved, and keeps what the file has of others', async () => {
    await using someone = await person(true)
    const { file, context } = someone
    const consent = consentOf(context, ways({ requestApproval: file }))
    const refusal = {
      code: 'MB_PLUGIN_CONSENT_NEEDED',
      hint: expect.stringContaining('--approval approvals.json'),
    }
    await expect(consent(request)).rejects.toMatchObject(refusal)
    await writeFile(file, (await readFile(file, 'utf8')).replace('false', 'true'))
    await expect(consent({ ...request, id: 'acme/other' })).rejects.toMatchObject(refusal)
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      approvals: [
        { plugin: 'acme/notes', approved: true },
        { plugin: 'acme/other', approved: false },
      ],
    })
    // Asked again, it has to be read again.
    await expect(consent(request)).rejects.toMatchObject(refusal)
    expect(await readFile(file, 'utf8')).not.toContain('true')
    expect(someone.asked).toEqual([])
  })

  it('overwrites no file that is something else', async () => {
    await using someone = await person()
    await writeFile(someone.file, 'dear diary')
    const consent = consentOf(someone.context, ways({ requestApproval: someone.file }))
    await expect(consent(request)).rejects.toMatchObject({ code: 'MB_APPROVAL_INVALID' })
    expect(await readFile(someone.file, 'utf8')).toBe('dear diary')
  })

  it('takes an approval for exactly what was approved', async () => {
    await using someone = await person()
    const { file, context } = someone
    const requesting = consentOf(context, ways({ requestApproval: file }))
    await requesting(request).catch(() => {})
    const consent = consentOf(context, ways({ approval: file }))
    await expect(consent(request)).rejects.toMatchObject({ code: 'MB_PLUGIN_CONSENT_NEEDED' })
    await writeFile(file, (await readFile(file, 'utf8')).replace('false', 'true'))
    expect(await consent(request)).toBe(true)
    for (const change of [
      { id: 'acme/other' },
      { version: '1.0.1' },
      { digest: 'f'.repeat(64) },
      { permissionsHash: 'f'.repeat(64) },
    ])
      await expect(consent({ ...request, ...change })).rejects.toMatchObject({
        code: 'MB_APPROVAL_MISSING',
        outcome: 'refused',
      })
  })

  it('says so when there is no such file', async () => {
    await using someone = await person()
    const consent = consentOf(someone.context, ways({ approval: someone.file }))
    await expect(consent(request)).rejects.toMatchObject({ code: 'MB_APPROVAL_INVALID' })
  })
})
