import { z } from 'zod'

/** What a marketplace says of itself at `/.well-known/mb.json`. */
export interface Service {
  /** Version of this contract. */
  readonly protocol: 1
  readonly name: string
  /** Where its routes begin. */
  readonly api: '/v1'
  /** Largest archive that it takes. */
  readonly maxPackageBytes: number
}

/** What a marketplace answers when it is well. */
export interface Health {
  readonly status: 'ok'
}

/** Schema of {@link Service}. */
export const serviceSchema: z.ZodType<Service> = z.object({
  protocol: z.literal(1),
  name: z.string().min(1).max(200),
  api: z.literal('/v1'),
  maxPackageBytes: z.int().min(1),
})

/** Schema of {@link Health}. */
export const healthSchema: z.ZodType<Health> = z.object({ status: z.literal('ok') })
