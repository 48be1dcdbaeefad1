import type { Output } from '../output/output.ts'
import { readVersion } from '../version.ts'
import { text } from '../output/style.ts'

/** What `mb` is and runs on. */
interface Versions {
  readonly version: string
  readonly node: string
  readonly platform: string
}

/** Reads the versions. */
export async function run(): Promise<Versions> {
  return {
    version: readVersion(),
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
  }
}

/** Prints them in a line. */
export function render({ version, node, platform }: Versions, output: Output): void {
  output.line(text`${output.style.strong(`mb ${version}`)} on Node ${node}, ${platform}`)
}
