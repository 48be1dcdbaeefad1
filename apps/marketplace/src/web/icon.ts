import { asset, type Asset } from './asset.ts'

/** Outline of a bottle, in a square of 24. */
export const bottlePath: string =
  'M9 2h6v3.2c0 1 .4 1.9 1 2.7l.9 1.1c.7.9 1.1 2 1.1 3.2V20a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2v-7.8c0-1.2.4-2.3 1.1-3.2l.9-1.1c.6-.8 1-1.7 1-2.7z'

/** How far the milk stands in it. */
export const milkPath: string =
  'M7.6 13.4c1.5-.9 2.9-.9 4.4 0s2.9.9 4.4 0V20a.5.5 0 0 1-.5.5H8.1a.5.5 0 0 1-.5-.5z'

/** The icon that browsers show beside the title. */
export const icon: Asset = asset(
  'icon',
  'svg',
  'image/svg+xml',
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="${bottlePath}" fill="#0b6650"/><path d="${milkPath}" fill="#fff"/></svg>`,
)
