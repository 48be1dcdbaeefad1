import { asset, type Asset } from './asset.ts'
import { icon } from './icon.ts'
import { colours } from './style/colours.ts'
import { frame } from './style/frame.ts'
import { listStyle } from './style/list.ts'
import { parts } from './style/parts.ts'
import { pluginStyle } from './style/plugin.ts'
import { prose } from './style/prose.ts'

/** The one stylesheet. */
export const stylesheet: Asset = asset(
  'style',
  'css',
  'text/css; charset=utf-8',
  [colours, frame, parts, listStyle, pluginStyle, prose].join('\n'),
)

/** All files that pages need. */
export const assets: readonly Asset[] = [stylesheet, icon]
