/**
 * Shapes of credentials that end up in messages. Each has a bounded quantifier: hostile text must not make
 * a message slow to build.
 */
const shapes: readonly (readonly [RegExp, string])[] = [
  // user:password@host of a URL
  [/([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@:]{1,256}:[^\s/@]{1,1024}@/gi, '$1***@'],
  // token=…, api_key: …, "password":"…"; but /etc/passwd: …, where programs say what is wrong with a file
  [
    /\b((?:api[_-]?key|access[_-]?key|auth(?:orization)?|password|passwd|secret|token)["']?\s{0,4}(?:=|(?<!\/[\w-]{0,16}):)\s{0,4}["']?(?:bearer |basic )?)[^\s"'&,;]{4,1024}/gi,
    '$1***',
  ],
  [/\b(bearer )[\w.~+/=-]{8,1024}/gi, '$1***'],
  [/\b(?:gh[pousr]|github_pat|glpat|npm|xox[abprs]|sk|mbp|mbt)[_-][\w-]{16,255}\b/g, '***'],
  [/\bAKIA[0-9A-Z]{16}\b/g, '***'],
  [
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]{0,8192}?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
    '*** private key ***',
  ],
]

/** The text with everything that looks like a credential replaced by `***`. */
export function redact(text: string): string {
  return shapes.reduce((result, [shape, replacement]) => result.replace(shape, replacement), text)
}
