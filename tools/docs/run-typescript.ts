import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { runProgram } from '../tour/run-program.ts'
import { root } from '../workspaces.ts'
import type { CodeBlock } from './code-blocks.ts'
import { concurrently } from './concurrently.ts'
import type { BlockResult } from './block-result.ts'

/**
 * Checks the types of all `ts` blocks in one pass, and runs each as a program of its own, in an empty folder. They see
 * the sources of our packages, and what the package that they stand in can import.
 */
export async function runTypescript(blocks: readonly CodeBlock[]): Promise<readonly BlockResult[]> {
  if (blocks.length === 0) return []
  // Two runs at once do not meet.
  const folderName = join('.doctest', randomBytes(4).toString('hex'))
  const programs = blocks.map((block) => ({ block, file: programFile(block, folderName) }))
  const settings = join(root, folderName, 'tsconfig.json')
  const folders = new Set([dirname(settings), ...programs.map(({ file }) => dirname(file))])
  try {
    for (const { block, file } of programs) {
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, block.code)
    }
    const complaints = await checkTypes(
      settings,
      programs.map(({ file }) => file),
    )
    return await concurrently(programs, 2, async ({ block, file }) => {
      const started = performance.now()
      const failure = complaints.get(relative(root, file)) ?? (await runBlock(file))
      return { block, failure, ms: performance.now() - started }
    })
  } finally {
    await removeAll(folders)
  }
}

/** A file inside the nearest package, since that decides what an import means. */
function programFile(block: CodeBlock, folderName: string): string {
  let folder = dirname(join(root, block.file))
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  const name = relative(folder, join(root, block.file)).replaceAll(/[^\w.-]/g, '-')
  return join(folder, folderName, `${name}-${block.line}.ts`)
}

async function runBlock(file: string): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'mb-doctest-'))
  try {
    const { code, stdout, stderr } = await runProgram(
      process.execPath,
      ['--conditions=@mb/source', '--disable-warning=ExperimentalWarning', file],
      {
        cwd: folder,
        env: { ...process.env, HOME: folder, MB_HOME: join(folder, '.milkbottle') },
        timeoutMs: 60_000,
      },
    )
    return code === 0 ? undefined : `exit code ${code}\n${stdout}${stderr}`
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What the compiler says about each file, by its path from the root. */
async function checkTypes(
  settings: string,
  files: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  await mkdir(dirname(settings), { recursive: true })
  await writeFile(settings, JSON.stringify({ ...exampleSettings, files }))
  const tsc = join(root, 'node_modules/.bin/tsc')
  const { code, stdout } = await runProgram(tsc, ['-p', settings, '--pretty', 'false'], {
    cwd: root,
    env: process.env,
  })
  const complaints = new Map<string, string>()
  for (const line of stdout.split('\n')) {
    const file = /^(.+?)\(\d+,\d+\): error /.exec(line)?.[1]
    if (file !== undefined) complaints.set(file, `${complaints.get(file) ?? 'types:'}\n${line}`)
  }
  if (code !== 0 && complaints.size === 0) throw new Error(`Cannot check types: ${stdout}`)
  return complaints
}

// Examples are held to strict types, but not to the house rules for exports.
const exampleSettings = {
  extends: join(root, 'tsconfig.base.json'),
  compilerOptions: {
    rootDir: root,
    composite: false,
    declaration: false,
    emitDeclarationOnly: false,
    isolatedDeclarations: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    noEmit: true,
    typeRoots: [join(root, 'node_modules/@types')],
  },
}

async function removeAll(folders: Iterable<string>): Promise<void> {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
}
