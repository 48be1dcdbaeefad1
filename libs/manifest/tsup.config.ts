import { library } from '../../tools/tsup.ts'

export default library({ target: 'node22', entry: ['src/index.ts', 'src/peek.ts'] })
