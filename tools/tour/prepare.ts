import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildPackages } from '../build-packages.ts'
import { startMarketplaceProcess } from '../journey/marketplace-process.ts'
import { makePerson, type Person } from '../journey/person.ts'
import { startRegistry } from '../registry.ts'
import { root } from '../workspaces.ts'
import { must } from './must.ts'
import { runProgram, type Outcome } from './run-program.ts'
import type { Screen } from './screen.ts'

/** A person of the tour. */
export interface Traveller extends Person {
  /** Tells their `mb` of the marketplace. */
  connect(): Promise<void>
}

/** What the tour stands on: built programs, a registry, a marketplace, and two people whose homes go away. */
export interface Ground extends AsyncDisposable {
  readonly repository: string
  /** Temporary folder of the whole tour. */
  readonly folder: string
  readonly author: Traveller
  readonly user: Traveller
  /** Address of the marketplace. */
  readonly marketplace: string
  readonly hasPython: boolean
  /** Makes an account of the marketplace. @returns its token */
  account(namespace: string): Promise<string>
  /** npm, as the author has it. */
  npm(parameters: readonly string[], cwd: string): Promise<Outcome>
}

/** Builds, and starts the registry and the marketplace. */
export async function prepare(
  folder: string,
  screen: Screen,
  signal: AbortSignal,
): Promise<Ground> {
  screen.title('MilkBottle: from an idea to a plugin that cannot hurt')
  const buildMs = await buildPackages()
  screen.note(`built the packages in ${(buildMs / 1000).toFixed(1)} s`)
  await using started = new AsyncDisposableStack()
  const registry = started.use(await startRegistry({ signal }))
  const marketplace = started.use(await startMarketplaceProcess(join(folder, 'marketplace')))
  signal.throwIfAborted()
  const author = await makePerson(join(folder, 'ada'), registry.env)
  await writeFile(
    join(author.home, '.gitconfig'),
    '[user]\n  name = Ada Example\n  email = ada@example.org\n',
  )
  const user = await makePerson(join(folder, 'ben'), registry.env)
  const travelling = (person: Person): Traveller => ({
    ...person,
    connect: async () => {
      const line = ['marketplace', 'repositories', 'add', 'tour', marketplace.url]
      screen.command(`mb ${line.join(' ')}`)
      await must(person.mb(line, folder))
    },
  })
  const ending = started.move()
  return {
    repository: root,
    folder,
    author: travelling(author),
    user: travelling(user),
    marketplace: marketplace.url,
    hasPython: await hasPython(),
    account: (namespace) => marketplace.addAccount(namespace),
    npm: (parameters, cwd) => runProgram('npm', parameters, { cwd, env: author.env }),
    [Symbol.asyncDispose]: () => ending.disposeAsync(),
  }
}

// Where programs of the system are: one that came from elsewhere may be missing from the jail.
async function hasPython(): Promise<boolean> {
  return access('/usr/bin/python3').then(
    () => true,
    () => false,
  )
}
