/** What `mb-marketplace --help` prints. */
export const usage = `npx @mb/marketplace [command] [options]

A plugin marketplace: it takes in, checks, scans, stores, finds and serves plugins.

Commands
  start                       serve a data folder, made when it is not there (also without a command)
  init                        make the data folder and end
  user add NAME               make an account and print its token, once
  user list                   show accounts and their namespaces
  token create NAME           make another token for an account and print it, once
  token list                  show tokens: whose, until when
  token revoke ID             end a token

Options
  --data DIR                  folder that everything lies in (default: marketplace)
  --host ADDRESS              address to listen on (default: 127.0.0.1)
  --port N                    port to listen on, 0 for any (default: 4873)
  --name TEXT                 what people call it
  --url ORIGIN                where people reach it, when that is not where it listens (behind a proxy)
  --access-log                tell each request on standard error: method, path, status, time
  --namespace NS              namespace of the account; may be given again
  --days N                    how long a token is good for (default: 90, at most 365)
  --json                      one value on standard output
  --version, --help

Examples
  npx @mb/marketplace                                      serve ./marketplace on http://127.0.0.1:4873
  npx @mb/marketplace user add ada --namespace ada         let Ada publish as ada/…
  npx @mb/marketplace start --data /srv/mb --port 8080     serve another folder
`
