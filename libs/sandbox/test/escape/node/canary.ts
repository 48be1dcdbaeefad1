export const isCanary =
  'const tell = (text) => process.exit(String(text).includes("canary") ? 0 : 1)'
