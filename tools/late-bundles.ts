import { basename } from 'node:path'
import type { Options } from 'tsup'

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

const namespace = 'late-bundle'

/**
 * For bundles in CommonJS, which cannot share parts: what few runs import is a bundle of its own beside them, named after its module, so
 * that the others read past none of it. It must keep nothing between its calls, and is known by no class of its own.
 *
 * @param modules names of files that are only imported when they are needed
 */
export const lateBundles = (modules: readonly string[]): Plugin => ({
  name: 'late-bundles',
  setup(build) {
    build.onResolve({ filter: /^\.{1,2}\// }, ({ path, kind, namespace: from }) => {
      if (from === namespace) return { path, external: true }
      const name = basename(path, '.ts')
      return kind === 'dynamic-import' && modules.includes(name) ? { path: name, namespace } : null
    })
    build.onLoad({ filter: /^/, namespace }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(`./${path}.cjs`)})`,
      loader: 'js',
    }))
  },
})
