import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BuildOrder, JailBuilder } from '../../jail/jail-builder.ts'
import type { JailPlan } from '../../jail/jail-plan.ts'
import { findLoader, requireLoader, type Loader } from '../../loader/loader.ts'
import { missingPart } from '../../machine/missing-part.ts'
import { requireArchitecture } from '../../machine/require-architecture.ts'
import { findEngine, type Engine } from './engine.ts'
import { perlInit } from './perl-init.ts'
import { pythonInit } from './python-init.ts'
import { readContainerFiles } from './read-container-files.ts'
import { startContainer } from './start-container.ts'
import { nextContainerName, sweepContainers } from './container-name.ts'

/**
 * Finds what is needed to run programs in containers of the system's own files: Podman or Docker on this very machine, and perl or
 * python3, which is the first process inside.
 *
 * @param known the engine, where a test has one that does less than it is told
 * @throws SandboxError `MB_SANDBOX_PLATFORM`, `MB_SANDBOX_BACKEND_MISSING`
 */
export async function findContainer(
  loader: Loader | undefined = findLoader(),
  known?: Engine,
): Promise<JailBuilder> {
  const architecture = requireArchitecture()
  const present = requireLoader(loader)
  const script = scripts[present.kind]
  if (script === undefined)
    throw missingPart('a container needs perl or python3 as its first process', 'Install perl')
  const init = [present.tool.path, ...present.options, script]
  const engine = known ?? (await findEngine())
  await sweepContainers(engine)
  return {
    backend: 'container',
    level: 'sandbox',
    version: engine.version,
    architecture,
    loader: present,
    programs: [engine.tool, present.tool],
    order: (plan, cwd) => orderContainer(engine, init, { plan, cwd }),
  }
}

const scripts: Readonly<Partial<Record<Loader['kind'], string>>> = {
  perl: perlInit,
  python: pythonInit,
}

function orderContainer(
  engine: Engine,
  init: readonly string[],
  { plan, cwd }: { readonly plan: JailPlan; readonly cwd: string },
): BuildOrder {
  const name = nextContainerName()
  const folder = mkdtempSync(join(tmpdir(), `${name}-`))
  const place = { engine, plan, cwd, folder, name }
  return {
    command: init,
    data: [],
    filterSteps: plan.filter.length / 8,
    isScoped: false,
    trials: [],
    start: (launch) => startContainer(launch, place),
    readFiles: (pid) => readContainerFiles(pid, plan.mounts),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
