import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The program that scans inside, and what has to be visible for it. */
export interface JailedScanner {
  readonly file: string
  /** Flags of Node. */
  readonly flags: readonly string[]
  readonly mounts: readonly string[]
}

/** Finds the program: one bundled file beside the built package, or its sources beside ours; and the parser's packages. */
export function findScanner(): JailedScanner {
  const isSource = import.meta.url.endsWith('.ts')
  const require = createRequire(import.meta.url)
  const parser = packageFolder(require.resolve('oxc-parser'))
  // The parser finds its native half, which is a package of its own for each platform, from where it stands itself.
  const mounts = [parser, ...nativeHalves(parser)]
  if (!isSource) {
    const file = beside('./scan-process.js')
    return { file, flags: [], mounts: [file, beside('../package.json'), ...mounts] }
  }
  const ours = ['@mb/kernel', '@mb/manifest'].map((name) => packageFolder(require.resolve(name)))
  return {
    file: beside('../scan-process.ts'),
    flags: ['--conditions=@mb/source', '--disable-warning=ExperimentalWarning'],
    mounts: [beside('..'), beside('../../package.json'), ...ours, ...mounts],
  }
}

function nativeHalves(parser: string): readonly string[] {
  const require = createRequire(`${parser}${sep}package.json`)
  const report = process.report.getReport()
  const isMusl =
    typeof report === 'object' && !('glibcVersionRuntime' in Object(Reflect.get(report, 'header')))
  const name = `@oxc-parser/binding-${process.platform}-${process.arch}-${isMusl ? 'musl' : 'gnu'}`
  try {
    return [packageFolder(require.resolve(name))]
  } catch {
    return []
  }
}

/** The folder of the package that a file belongs to. */
function packageFolder(file: string): string {
  const marker = `${sep}node_modules${sep}`
  const at = file.lastIndexOf(marker)
  if (at === -1) return dirname(file)
  const [scope = '', name = ''] = file.slice(at + marker.length).split(sep)
  const own = scope.startsWith('@') ? `${scope}${sep}${name}` : scope
  return `${file.slice(0, at)}${marker}${own}`
}

function beside(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}
