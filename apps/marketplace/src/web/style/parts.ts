/** What both pages are made of: the search field, risks, versions, lines to copy. */
export const parts: string = `
.search { display: flex; gap: 0.5rem; width: 100%; max-width: 22rem; }
.search input {
  flex: 1; min-width: 0; height: 2.375rem; padding: 0 0.75rem;
  font: inherit; color: var(--ink); background: var(--ground);
  border: 1px solid var(--edge); border-radius: 0.5rem;
}
.search input::placeholder { color: var(--quiet); opacity: 1; }
.search button {
  height: 2.375rem; padding: 0 0.875rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--accent-ink); background: var(--accent); border: 1px solid transparent; border-radius: 0.5rem;
}
.search button:hover { background: var(--accent-hover); }
.search-large { max-width: 40rem; }
.search-large input, .search-large button { height: 2.875rem; }
.search-large input { background: var(--surface); font-size: 1.0625rem; padding: 0 1rem; }
.search-large button { padding: 0 1.25rem; }
.namespace { color: var(--quiet); font-weight: 450; }
.version { color: var(--quiet); font-variant-numeric: tabular-nums; }
.dot { margin-inline: 0.25rem; }
.risk {
  display: inline-flex; align-items: center; gap: 0.4375rem; flex: none; padding: 0.0625rem 0.5625rem;
  border: 1px solid transparent; border-radius: 1rem; font-size: 0.8125rem; font-weight: 600; line-height: 1.5; white-space: nowrap;
}
.risk svg { width: 0.8125rem; height: 0.625rem; }
.bar { fill: currentColor; }
.bar-off { opacity: 0.28; }
.risk-none { color: var(--none-ink); background: var(--none-ground); }
.risk-low { color: var(--low-ink); background: var(--low-ground); }
.risk-medium { color: var(--medium-ink); background: var(--medium-ground); }
.risk-high { color: var(--high-ink); background: var(--high-ground); }
.risk-critical { color: var(--critical-ink); background: var(--critical-ground); }
.line {
  background: var(--sunk); border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.625rem 0.875rem;
}
.line code { user-select: all; -webkit-user-select: all; }
.line code::before { content: "$ "; color: var(--quiet); }
summary { cursor: pointer; color: var(--accent); min-height: 1.5rem; width: fit-content; }
summary:hover { color: var(--accent-hover); }
.problem { max-width: 40rem; padding-block: 2rem; display: grid; gap: 0.75rem; }
.problem-status { color: var(--quiet); font-size: 1.125rem; font-variant-numeric: tabular-nums; }
`
