import { existsSync } from 'node:fs'
import { isRequired } from '../engine.ts'

/** Whether observing can be tested; with `MB_REQUIRE_ENGINES=1` it has to. */
export const hasStrace: boolean = isRequired || existsSync('/usr/bin/strace')

if (!hasStrace) process.stderr.write('Skipping what needs strace: it is not installed\n')
