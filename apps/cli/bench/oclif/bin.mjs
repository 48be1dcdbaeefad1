// The smallest oclif program: what its users start with, and one command.
import { execute } from '@oclif/core'

await execute({ dir: import.meta.url })
