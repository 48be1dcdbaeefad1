/** The list of plugins. */
export const listStyle: string = `
.lead > * { min-width: 0; }
.lead { display: grid; gap: 0.375rem; padding-bottom: 1.25rem; }
.lead-line { color: var(--quiet); max-width: 44rem; }
.lead .search { margin-top: 0.75rem; }
.count { color: var(--quiet); font-size: 0.9375rem; padding-bottom: 0.75rem; }
.hits { background: var(--surface); border: 1px solid var(--line); border-radius: 0.75rem; }
.hit { display: grid; gap: 0.3125rem; padding: 1rem 1.375rem 1.0625rem; }
.hit + .hit { border-top: 1px solid var(--line); }
.hit-head { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 0.625rem; }
.hit h2 a { display: inline-block; min-height: 1.5rem; text-decoration: none; }
.hit h2 a:hover { text-decoration: underline; }
.hit-head .version { font-size: 0.9375rem; }
.hit-description { max-width: 52rem; }
.hit-asks { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.25rem 0.75rem; font-size: 0.9375rem; }
.asks { display: flex; flex-wrap: wrap; gap: 0 0.625rem; min-width: 0; }
.asks li + li::before { content: "·"; color: var(--quiet); margin-inline-end: 0.625rem; }
.hit-by { color: var(--quiet); font-size: 0.875rem; margin-inline-start: auto; }
.pagination { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.5rem 1rem; padding-top: 1.25rem; }
.step { padding: 0.375rem 0.875rem; border: 1px solid var(--edge); border-radius: 0.5rem; text-decoration: none; background: var(--surface); }
.step-off { color: var(--quiet); border-color: var(--line); background: none; }
.empty { display: grid; gap: 0.75rem; padding: 2rem 1.375rem; background: var(--surface); border: 1px solid var(--line); border-radius: 0.75rem; }
.empty ul, .steps { padding-inline-start: 1.25rem; }
.empty ul { list-style: disc; }
.steps { list-style: decimal; display: grid; gap: 0.25rem; }
@media (max-width: 44rem) {
  .hit-by { margin-inline-start: 0; flex-basis: 100%; }
  .asks { display: grid; }
  .asks li + li::before { content: none; }
}
@media (max-width: 30rem) {
  .hit { padding: 1rem; }
  .empty { padding: 1.5rem 1rem; }
}
`
