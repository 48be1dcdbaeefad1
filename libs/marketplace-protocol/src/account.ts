import { z } from 'zod'
import { momentSchema, nameSchema } from './names.ts'

/** Whose token a request carried. */
export interface Account {
  readonly account: string
  /** Where it may publish. */
  readonly namespaces: readonly string[]
  readonly token: { readonly id: string; readonly createdAt: string; readonly expiresAt: string }
}

/** Schema of {@link Account}. */
export const accountSchema: z.ZodType<Account> = z.object({
  account: nameSchema,
  namespaces: z.array(nameSchema).max(1000),
  token: z.object({
    id: z.string().min(1).max(64),
    createdAt: momentSchema,
    expiresAt: momentSchema,
  }),
})
