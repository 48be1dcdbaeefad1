import type { ArgumentData, OptionData } from '../commands/command-data.ts'
import type { Given } from './invocation.ts'

/** What may stand in a line, and under what name its errors are told. */
export interface LineShape {
  readonly name: string
  readonly arguments: readonly ArgumentData[]
  readonly options: readonly OptionData[]
  readonly isPassThrough?: boolean
}

/** What stood in a line, each value by its name; defaults where nothing stood. */
export interface LineValues {
  readonly arguments: ReadonlyMap<string, Given>
  readonly options: ReadonlyMap<string, Given>
}
