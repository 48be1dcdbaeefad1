import { declarations, library } from '../../tools/tsup.ts'

export default [
  library({
    entry: ['src/index.ts', 'src/node-flags.ts', 'src/runner.ts', 'src/upstream.ts'],
    clean: [...declarations, '!warm-program.mjs*'],
  }),
  // It is mounted into jails by itself, so it shares nothing with the others.
  library({
    entry: ['src/pool/runner/warm-program.mts'],
    outExtension: () => ({ js: '.mjs' }),
    splitting: false,
    clean: false,
  }),
]
