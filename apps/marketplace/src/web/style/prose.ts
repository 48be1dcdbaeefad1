/** What authors wrote. */
export const prose: string = `
.readme > h2 { padding-bottom: 0.5rem; border-bottom: 1px solid var(--line); }
.prose { max-width: 46rem; }
.prose > * + *, .prose li > * + * { margin-top: 0.75rem; }
.prose h3, .prose h4, .prose h5, .prose h6 { line-height: 1.3; }
.prose h3 { font-size: 1.125rem; }
.prose h4 { font-size: 1.0625rem; }
.prose h5, .prose h6 { font-size: 1rem; }
.prose > * + h3, .prose > * + h4 { margin-top: 1.5rem; }
.prose ul, .prose ol { padding-inline-start: 1.5rem; }
.prose ul { list-style: disc; }
.prose ol { list-style: decimal; }
.prose li + li { margin-top: 0.25rem; }
.prose blockquote { margin-inline: 0; padding-inline-start: min(0.875rem, 3%); border-inline-start: 0.1875rem solid var(--line); color: var(--quiet); }
.prose pre {
  overflow-x: auto; margin-bottom: 0; padding: 0.75rem 1rem; direction: ltr; text-align: left;
  background: var(--sunk); border: 1px solid var(--line); border-radius: 0.5rem; overflow-wrap: normal;
}
.prose :not(pre) > code { background: var(--sunk); border-radius: 0.25rem; padding: 0.0625rem 0.25rem; }
.prose hr { border: 0; border-top: 1px solid var(--line); }
.scroll { overflow-x: auto; max-width: 100%; }
.scroll table { border-collapse: collapse; font-size: 0.9375rem; overflow-wrap: normal; }
.scroll th, .scroll td { padding: 0.375rem 0.75rem; border: 1px solid var(--line); text-align: start; vertical-align: top; max-width: 24rem; overflow-wrap: normal; }
.scroll th { background: var(--sunk); }
.scroll .align-right { text-align: end; }
.scroll .align-center { text-align: center; }
`
