import { defineConfig, type ViteUserConfigExport } from 'vitest/config'

const settings: ViteUserConfigExport = defineConfig({
  test: { projects: ['libs/*', 'apps/*', 'tools'] },
})

export default settings
