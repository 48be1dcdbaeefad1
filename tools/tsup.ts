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

/** Settings of a library: one ESM bundle per entry of its exports map. */
export const library = (options: Options = {}): ReturnType<typeof defineConfig> =>
  defineConfig({ ...shared, entry: ['src/index.ts'], ...options })

/** Settings of an application, which names its entries. */
export const application = (...options: Options[]): ReturnType<typeof defineConfig> =>
  defineConfig(options.map((each) => ({ ...shared, ...each })))
