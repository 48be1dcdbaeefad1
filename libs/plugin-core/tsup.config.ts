import { declarations, library } from '../../tools/tsup.ts'

export default [
  library({
    entry: [
      'src/index.ts',
      'src/plugin.ts',
      'src/command-index.ts',
      'src/configuration.ts',
      'src/discovery.ts',
    ],
    clean: [...declarations, '!runner.js*'],
  }),
  // It is mounted into sandboxes by itself, so it shares nothing with the others.
  library({ entry: ['src/runner.ts'], splitting: false, clean: false }),
]
