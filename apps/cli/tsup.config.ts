import { application } from '../../tools/tsup.ts'

export default application(
  // Names of chunks change with their content: without cleaning, old ones would be packed too.
  { entry: ['src/index.ts'], clean: ['!**/*.d.ts', '!**/.tsbuildinfo', '!router.cjs*'] },
  {
    entry: { router: 'src/start/router.ts' },
    format: ['cjs'],
    splitting: false,
    minify: true,
    // The router is one file: nothing is looked up at start.
    noExternal: [/^@mb\//],
    esbuildOptions: (options) => {
      options.conditions = ['@mb/source']
      options.define = { ...options.define, 'import.meta.dirname': '__dirname' }
    },
  },
)
