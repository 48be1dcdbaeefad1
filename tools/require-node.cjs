// Heads start, test and check. Written for any Node, however old: it is there to say so in one sentence.
var wanted = 24
var found = Number(process.versions.node.split('.')[0])
if (found < wanted) {
  process.stderr.write(
    'MilkBottle is built with Node ' +
      wanted +
      ', and npm scripts run under Node ' +
      process.versions.node +
      '. ' +
      'Run "npm install --ignore-scripts=false": it brings the right Node into node_modules/.bin.\n',
  )
  process.exit(1)
}
