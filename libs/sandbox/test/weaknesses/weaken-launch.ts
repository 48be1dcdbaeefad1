import type { Weakness } from '../../src/jail/jailed-sandbox.ts'
import type { Launch } from '../../src/jail/launch.ts'

/** Two weaknesses of the start, one after the other. */
export function both(first: Weakness, second: Weakness): Weakness {
  return {
    launch: (launch) => {
      const once = first.launch?.(launch) ?? launch
      return second.launch?.(once) ?? once
    },
  }
}

/** Another loader. */
export function withScript(part: RegExp, instead: string): Weakness {
  return {
    launch: (launch) => {
      const script = launch.loader.script.replace(part, () => instead)
      if (script === launch.loader.script) throw new TypeError('Cannot weaken the loader')
      return { ...launch, loader: { ...launch.loader, script } }
    },
  }
}

/** Other data for whoever builds the jail. */
export function withData(change: (data: Buffer) => Buffer): Weakness {
  return {
    launch: (launch): Launch => {
      const [first, ...rest] = launch.build.data
      if (first === undefined) throw new TypeError('Cannot weaken the order: it has no data')
      return { ...launch, build: { ...launch.build, data: [change(Buffer.from(first)), ...rest] } }
    },
  }
}
