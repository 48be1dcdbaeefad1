/** A piece of Python source: a token, or all that stands in a pair of brackets. */
export type Tree = NameTree | TextTree | NumberTree | OperatorTree | GroupTree

export interface NameTree {
  readonly kind: 'name'
  readonly text: string
  readonly at: number
}

export interface TextTree {
  readonly kind: 'text'
  /** What it says; the fixed parts of an f-string, joined. */
  readonly value: string
  /** Whether it is written mostly in escapes, which nobody does who wants to be read. */
  readonly isEscaped: boolean
  /** Expressions of an f-string. */
  readonly fields: readonly (readonly Tree[])[]
  readonly at: number
}

export interface NumberTree {
  readonly kind: 'number'
  readonly at: number
}

export interface OperatorTree {
  readonly kind: 'operator'
  readonly text: string
  readonly at: number
}

export interface GroupTree {
  readonly kind: 'group'
  readonly open: string
  readonly trees: readonly Tree[]
  readonly at: number
}

/** Whether a tree is an operator, one of some when they are named. */
export function isOperator(tree: Tree | undefined, ...texts: readonly string[]): boolean {
  return tree?.kind === 'operator' && (texts.length === 0 || texts.includes(tree.text))
}

/** Whether a tree is a name or keyword out of some. */
export function isWord(tree: Tree | undefined, ...words: readonly string[]): boolean {
  return tree?.kind === 'name' && words.includes(tree.text)
}

/** Parts of a list of trees between separators that are no part of a group. */
export function splitAt(
  trees: readonly Tree[],
  isSeparator: (tree: Tree) => boolean,
): readonly (readonly Tree[])[] {
  const parts: Tree[][] = [[]]
  for (const tree of trees) {
    if (isSeparator(tree)) parts.push([])
    else parts.at(-1)?.push(tree)
  }
  return parts
}

/** Parts between commas, without the empty one after a last comma. */
export function splitCommas(trees: readonly Tree[]): readonly (readonly Tree[])[] {
  return splitAt(trees, (tree) => isOperator(tree, ',')).filter((part) => part.length > 0)
}
