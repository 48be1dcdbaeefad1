import { createRequire } from 'node:module'
import type { Options } from 'tsup'

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

const require = createRequire(import.meta.url)
const namespace = 'built-in'

// Of these no class is used, but functions, which many files name and few runs call; each takes a good part of Node's streams along.
const late: ReadonlySet<string> = new Set([
  'node:fs/promises',
  'node:readline/promises',
  'node:stream/promises',
  'node:timers/promises',
  'node:tty',
])

/**
 * For bundles in CommonJS, where each file asks for each of Node's modules anew: here a bundle asks once, and for some of them when one of
 * their functions is first called.
 */
export const lateBuiltIns: Plugin = {
  name: 'late-built-ins',
  setup(build) {
    build.onResolve({ filter: /^node:/ }, ({ path, namespace: from }) =>
      from === namespace ? { path, external: true } : { path, namespace, sideEffects: false },
    )
    build.onLoad({ filter: /^node:/, namespace }, ({ path }) => ({
      contents: late.has(path) ? lateModule(path) : onceModule(path),
      loader: 'js',
    }))
  },
}

// To re-export the default of a module in CommonJS, esbuild would copy all its members.
function onceModule(name: string): string {
  const quoted = JSON.stringify(name)
  return [
    `export { ${membersOf(name).join(', ')} } from ${quoted}`,
    `export default /* @__PURE__ */ (() => require(${quoted}))()`,
  ].join('\n')
}

function lateModule(name: string): string {
  const functions = membersOf(name).map(
    (member) => `export const ${member} = (...given) => load().${member}(...given)`,
  )
  return [
    'let loaded',
    `const load = () => (loaded ??= require(${JSON.stringify(name)}))`,
    ...functions,
  ].join('\n')
}

function membersOf(name: string): readonly string[] {
  const members: unknown = require(name)
  return Object.keys(Object(members)).filter((member) => /^[A-Za-z]\w*$/.test(member))
}
