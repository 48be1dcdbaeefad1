/**
 * The value below which a share of the samples lies, interpolated between neighbours.
 *
 * @param share - From 0 to 1.
 */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  const position = (sorted.length - 1) * share
  const below = sorted[Math.floor(position)]
  const above = sorted[Math.ceil(position)]
  if (below === undefined || above === undefined) throw new RangeError('No samples')
  return below + (above - below) * (position - Math.floor(position))
}

/** The middle one of the samples, or of its two middle ones the mean. */
export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5)
}

/** Quartiles of the samples as a range, such as `41.2–43.0`. */
export function spread(samples: readonly number[]): string {
  return `${quantile(samples, 0.25).toFixed(1)}–${quantile(samples, 0.75).toFixed(1)}`
}

/**
 * How many times the rival: the median over the rounds, each compared within itself, so that a machine which gets
 * slower half-way moves neither.
 */
export function pairedRatio(samples: readonly number[], rival: readonly number[]): number {
  return median(pairs(samples, rival).map(([mine, its]) => mine / its))
}

/** How much more than the rival, paired like {@link pairedRatio}. */
export function pairedDifference(samples: readonly number[], rival: readonly number[]): number {
  return median(pairs(samples, rival).map(([mine, its]) => mine - its))
}

function pairs(samples: readonly number[], rival: readonly number[]): [number, number][] {
  if (samples.length !== rival.length) {
    throw new RangeError(`${samples.length} samples cannot be paired with ${rival.length}`)
  }
  return samples.flatMap((mine, round) => {
    const its = rival[round]
    return its === undefined ? [] : [[mine, its] satisfies [number, number]]
  })
}
