import type { Options } from 'tsup'
import { lateBuiltIns } from '../../tools/late-built-ins.ts'
import { lateBundles } from '../../tools/late-bundles.ts'
import { application } from '../../tools/tsup.ts'

const configuration = '../../libs/plugin-core/src/configuration'

// What is needed where a line is no plain one, or there is a file of settings or of a policy.
const late = {
  'any-line': 'src/parse/any-line.ts',
  'parse-toml': `${configuration}/parse-toml.ts`,
  'parse-yaml': `${configuration}/parse-yaml.ts`,
}

// One file each, so that nothing is looked up at start.
const startPath: Options = {
  format: ['cjs'],
  splitting: false,
  minify: true,
  // What Node does with each module that it loads; done here, half a megabyte is not copied for it at each start.
  banner: { js: '(function (exports, require, module, __filename, __dirname) {' },
  footer: { js: '})' },
  noExternal: [/^@mb\/(?:kernel|plugin-core|sandbox)/, 'commander', 'fast-string-width'],
  esbuildPlugins: [lateBuiltIns, lateBundles(Object.keys(late))],
  esbuildOptions: (options) => {
    options.conditions = ['@mb/source']
    options.inject = ['src/start/performance.ts']
    options.define = { ...options.define, 'import.meta.dirname': '__dirname' }
  },
}

export default application(
  {
    entry: { index: 'src/index.ts', commands: 'src/commands/modules.ts' },
    // Names of chunks change with their content: without cleaning, old ones would be packed too.
    clean: ['!**/*.d.ts', '!.tsbuildinfo', '!*.cjs*', '!index.js*', '!commands.js*'],
  },
  { ...startPath, entry: { router: 'src/start/router.ts' } },
  { ...startPath, entry: { main: 'src/main.ts' } },
  { ...startPath, entry: { short: 'src/commands/short-path.ts' } },
  { ...startPath, entry: late },
)
