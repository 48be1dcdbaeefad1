import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import { openPluginHost } from '../host.ts'
import { homeLayout } from '../store/home-layout.ts'
import { checkMeant } from './check-meant.ts'

const values = { config: { token: 'open sesame' }, environments: {} }

describe('checkMeant()', () => {
  it('keeps what is set for a bare name from a second plugin of that name', async () => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    const layout = homeLayout(home)
    const host = await openPluginHost({ home, consent: async () => true })
    const source = await writePlugin(join(folder.path, 'notes'), { manifest: { commands: [] } })
    await host.install(source, { namespace: 'acme' })
    const acme = { id: 'acme/notes', name: 'notes' }
    expect(() => checkMeant(acme, { entries: { notes: values } }, layout)).not.toThrow()
    await host.install(source, { namespace: 'evil' })
    const evil = { id: 'evil/notes', name: 'notes' }
    for (const plugin of [acme, evil])
      expect(() => checkMeant(plugin, { entries: { notes: values } }, layout)).toThrow(
        `Cannot run "${plugin.id}": what the settings say for "notes" may be meant for`,
      )
    // To switch them off is meant for both.
    const off = { enabled: false, config: {}, environments: {} }
    for (const entries of [{ 'acme/notes': values }, { notes: off }, {}])
      expect(() => checkMeant(evil, { entries }, layout)).not.toThrow()
  })
})
