import { isPlatform } from '@mb/manifest'
import { z } from 'zod'

const platformSchema: z.ZodType<string> = z
  .string()
  .max(64)
  .refine(isPlatform, 'There is no such platform')

/** Which of the artefacts of a version is meant. */
export interface ArtefactQuery {
  /** The platform that it has to run on; without it the one for all, else the first that there was. */
  readonly platform?: string
}

/** Schema of {@link ArtefactQuery}, as it stands in an address. */
export const artefactQuerySchema: z.ZodType<ArtefactQuery> = z.object({
  platform: platformSchema.exactOptional(),
})
