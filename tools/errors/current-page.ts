import { errorsPage, type ExitCodes } from './errors-page.ts'
import { readCatalogues } from './read-catalogues.ts'

/** The page as the sources have it now. */
export async function currentErrorsPage(): Promise<string> {
  const catalogues = await readCatalogues()
  return errorsPage(catalogues, await readExitCodes())
}

async function readExitCodes(): Promise<ExitCodes> {
  const { exitCodeOf } = await import('@mb/cli')
  return {
    failure: exitCodeOf('failure'),
    usage: exitCodeOf('usage'),
    refused: exitCodeOf('refused'),
    'not-found': exitCodeOf('not-found'),
    network: exitCodeOf('network'),
    bug: exitCodeOf('bug'),
    interrupted: exitCodeOf('interrupted'),
  }
}
