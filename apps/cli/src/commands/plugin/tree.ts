import type { DependencyTree, TreeNode } from '@mb/plugin-core'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import { text, type Style, type Text } from '../../output/style.ts'
import { parseCount } from '../../parse/count.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { openHost } from './host.ts'

/** Reads what plugins need of each other. */
export async function run(invocation: Invocation, context: Context): Promise<DependencyTree> {
  await using host = await openHost(context)
  const depth = invocation.option('depth')
  return host.tree(
    invocation.optionalArgument('plugin'),
    depth === undefined ? {} : { depth: parseCount(depth, { least: 1, most: 100 }, '--depth') },
  )
}

/** Shows it, one plugin a line. */
export function render({ roots }: DependencyTree, output: Output): void {
  if (roots.length === 0) output.line('No plugin is installed.')
  for (const root of roots) {
    output.line(told(root, output.style))
    showNeeds(root.needs, '', output)
  }
}

function showNeeds(needs: readonly TreeNode[], indent: string, output: Output): void {
  for (const [at, node] of needs.entries()) {
    const isLast = at === needs.length - 1
    output.line(text`${indent}${isLast ? '└─' : '├─'} ${told(node, output.style)}`)
    showNeeds(node.needs, `${indent}${isLast ? '   ' : '│  '}`, output)
  }
}

function told({ id, version, range, isOptional, state, cut }: TreeNode, style: Style): Text {
  const wanted = range === undefined ? '' : ` ${range}`
  const optional = isOptional ? ' optional' : ''
  const rest = style.faint(`${wanted}${optional}${cut === undefined ? '' : ` (${cuts[cut]})`}`)
  const problem = problems[state]
  const what = text`${style.strong(id)}${version === undefined ? '' : ` ${version}`}${rest}`
  if (problem === undefined) return what
  return text`${what} ${isOptional ? style.faint(problem) : style.bad(problem)}`
}

const cuts = {
  above: 'see above',
  depth: 'and more',
  cycle: 'needs itself',
} as const

const problems: Readonly<Record<TreeNode['state'], string | undefined>> = {
  there: undefined,
  missing: 'is not installed',
  disabled: 'is switched off',
  'other-version': 'is another version',
}
