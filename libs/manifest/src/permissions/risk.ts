/** How much harm a permission can do in the hands of somebody hostile. */
export type Risk = 'low' | 'medium' | 'high' | 'critical'

/** From least to most. */
export const risks: readonly Risk[] = ['low', 'medium', 'high', 'critical']
