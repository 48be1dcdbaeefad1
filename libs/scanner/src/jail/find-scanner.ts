import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** The program that scans inside, and what has to be visible for it. */
export interface JailedScanner {
  readonly file: string
  /** Flags of Node. */
  readonly flags: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly mounts: readonly string[]
}

/** Finds the program: one bundled file beside the built package, or its sources beside ours; and the parser's packages. */
export function findScanner(): JailedScanner {
  const require = createRequire(import.meta.url)
  const parser = require.resolve('oxc-parser')
  const native = findNative(parser)
  const flags = [`--import=${resolvingTo(parser)}`]
  // Its own search reads files and starts programs that are not there inside.
  const env = { NAPI_RS_NATIVE_LIBRARY_PATH: native }
  if (!import.meta.url.endsWith('.ts')) {
    const file = beside('./scan-process.js')
    return {
      file,
      flags,
      env,
      mounts: [file, beside('../package.json'), packageFolder(parser), native],
    }
  }
  // In a checkout our packages lie beside this one, and what they need beside the parser.
  const ours = ['@mb/scanner', '@mb/kernel', '@mb/manifest'].map((name) =>
    dirname(require.resolve(`${name}/package.json`)),
  )
  return {
    file: beside('./scan-process.ts'),
    flags: [...flags, '--conditions=@mb/source'],
    env,
    mounts: [...ours, dirname(packageFolder(parser))],
  }
}

/** The parser's native half, which is a package of its own for each platform. */
function findNative(parser: string): string {
  const require = createRequire(parser)
  const name = `@oxc-parser/binding-${process.platform}-${process.arch}`
  try {
    return require.resolve(`${name}-gnu`)
  } catch {
    return require.resolve(`${name}-musl`)
  }
}

// Inside there are no links, by which some package managers let packages see each other.
function resolvingTo(parser: string): string {
  const url = JSON.stringify(pathToFileURL(parser).href)
  const program = `import { registerHooks } from 'node:module'
registerHooks({ resolve: (name, context, next) => next(name === 'oxc-parser' ? ${url} : name, context) })`
  return `data:text/javascript,${encodeURIComponent(program)}`
}

/** The folder of the package that a file belongs to. */
function packageFolder(file: string): string {
  const marker = `${sep}node_modules${sep}`
  const at = file.lastIndexOf(marker) + marker.length
  const [scope = '', name = ''] = file.slice(at).split(sep)
  return `${file.slice(0, at)}${scope.startsWith('@') ? `${scope}${sep}${name}` : scope}`
}

function beside(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}
