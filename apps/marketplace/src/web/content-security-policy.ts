/** What a page may load, for its header: our stylesheet and icon. No script runs, whoever wrote it. */
export const contentSecurityPolicy: string = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')
