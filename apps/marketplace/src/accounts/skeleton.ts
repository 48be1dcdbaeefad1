/**
 * What is left of a name when everything goes that people mistake for something else: `rn` and `m`, `1`, `i` and `l`, `0`
 * and `o`, `vv` and `w`, and the hyphens. Two names of one skeleton could be taken for each other.
 */
export function skeleton(name: string): string {
  return name
    .replaceAll('-', '')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replaceAll(/[1il]/g, 'l')
    .replaceAll('0', 'o')
}
