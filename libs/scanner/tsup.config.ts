import { declarations, library } from '../../tools/tsup.ts'

export default [
  library({ clean: [...declarations, '!scan-process.js*'] }),
  // It is mounted into a jail by itself, with the parser's packages beside it and nothing else.
  library({
    entry: ['src/jail/scan-process.ts'],
    splitting: false,
    clean: false,
    noExternal: [/^(?!oxc-parser$|node:)/],
    esbuildOptions: (options) => {
      options.conditions = ['@mb/source']
    },
  }),
]
