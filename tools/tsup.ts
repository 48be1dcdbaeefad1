/** Build settings, shared by every package: JavaScript by esbuild, declarations by `tsc -b`. */
import { defineConfig, type Options } from 'tsup'

const shared: Options = {
  format: ['esm'],
  platform: 'node',
  target: 'node24',
  clean: false,
  dts: false,
  sourcemap: true,
  splitting: true,
  // `node:sqlite` exists under no other name.
  removeNodeProtocol: false,
}

/** What stays when old bundles go: the declarations, which `tsc -b` writes beside them. */
export const declarations: readonly string[] = ['!**/*.d.ts', '!.tsbuildinfo']

/**
 * Settings of a library: one ESM bundle per entry of its exports map. Names of shared chunks change with their content, so old
 * ones go first, or they would be packed too.
 */
export const library = (options: Options = {}): ReturnType<typeof defineConfig> =>
  defineConfig({ ...shared, clean: [...declarations], entry: ['src/index.ts'], ...options })

/** Settings of an application, which names its entries. */
export const application = (...options: Options[]): ReturnType<typeof defineConfig> =>
  defineConfig(options.map((each) => ({ ...shared, ...each })))
