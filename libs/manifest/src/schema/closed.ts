import { z } from 'zod'

/**
 * An object with no other keys. The message of an unknown key is the list of those known: zod keeps nothing else of
 * where the issue arose, and the nearest of them is the hint.
 */
export function closed<Shape extends z.core.$ZodShape>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : undefined),
  })
}
