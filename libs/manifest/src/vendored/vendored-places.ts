/** Where a package keeps the packages of its language that it needs. */
export const vendoredPlaces = {
  /** Where Node looks for them, from any file of the package. */
  node: 'node_modules',
  /** On the path that Python imports from, after the plugin's own modules. */
  python: 'vendor/python',
} as const
