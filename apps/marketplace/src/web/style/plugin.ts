/** The page of a plugin. */
export const pluginStyle: string = `
.plugin { display: grid; gap: 1.25rem; }
.plugin > *, .columns > *, .main-column > *, .side-column > * { min-width: 0; }
.plugin-head { display: grid; gap: 0.5rem; }
.plugin-title { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.875rem; }
.plugin-title .version { font-size: 1.125rem; }
.plugin-description { font-size: 1.125rem; max-width: 52rem; }
.plugin-by { color: var(--quiet); font-size: 0.9375rem; }
.keywords { display: flex; flex-wrap: wrap; gap: 0.375rem; font-size: 0.875rem; margin-top: 0.75rem; }
.keywords a {
  display: inline-block; padding: 0.0625rem 0.625rem; min-height: 1.5rem;
  border: 1px solid var(--line); border-radius: 1rem; color: var(--quiet); text-decoration: none;
}
.keywords a:hover { color: var(--accent); border-color: currentColor; }
.install { display: grid; gap: 0.5rem; }
.install > .line { font-size: 1.0625rem; padding: 0.75rem 1rem; background: var(--surface); border-color: var(--edge); }
.install details { font-size: 0.9375rem; }
.install details p { margin-top: 0.375rem; }
.contents { border-bottom: 1px solid var(--line); }
.contents ul { display: flex; flex-wrap: wrap; gap: 0 1.5rem; }
.contents a { display: inline-block; padding-block: 0.375rem; text-decoration: none; font-weight: 550; }
.contents a:hover { text-decoration: underline; }
.columns { display: grid; grid-template-columns: minmax(0, 1fr) 21rem; grid-template-rows: auto 1fr; gap: 2.25rem 3rem; align-items: start; }
.side-column { grid-column: 2; grid-row: 1 / span 2; }
.main-column { display: grid; gap: 2.25rem; }
.side-column { display: grid; gap: 1rem; }
section > h2 { margin-bottom: 0.75rem; }
.panel { background: var(--surface); border: 1px solid var(--line); border-radius: 0.75rem; padding: 1rem 1.125rem; font-size: 0.9375rem; }
.panel > h2 { font-size: 1rem; margin-bottom: 0.5rem; }
.panel details { margin-top: 0.5rem; }
.permissions { background: var(--surface); border: 1px solid var(--line); border-radius: 0.75rem; }
.permissions > li { display: grid; grid-template-columns: 8.25rem minmax(0, 1fr); gap: 0.25rem 0.75rem; align-items: start; padding: 0.875rem 1.125rem; }
.permissions > li + li { border-top: 1px solid var(--line); }
.permissions .risk { justify-self: start; }
.permission-words { font-weight: 600; }
.permission-why { font-size: 0.9375rem; }
.permission-target { font-size: 0.875rem; color: var(--quiet); }
.note { font-size: 0.875rem; margin-top: 0.625rem; }
.calm { color: var(--low-ink); background: var(--low-ground); border-radius: 0.75rem; padding: 0.875rem 1.125rem; }
.commands > div { display: grid; grid-template-columns: minmax(7.5rem, auto) minmax(0, 1fr); gap: 0 1rem; padding-block: 0.375rem; }
.commands > div + div { border-top: 1px solid var(--line); }
.commands dt { font-weight: 600; }
.verdict { padding-inline-start: 0.875rem; border-inline-start: 0.25rem solid var(--edge); }
.verdict-pass { border-color: var(--low-ink); }
.verdict-warn { border-color: var(--high-ink); font-weight: 600; }
.findings { display: grid; gap: 0.75rem; margin-top: 0.875rem; }
.findings p + p { font-size: 0.875rem; }
.severity { font-weight: 650; margin-inline-end: 0.375rem; }
.severity-medium { color: var(--medium-ink); }
.severity-high, .severity-critical { color: var(--high-ink); }
.facts { display: grid; gap: 0.375rem; }
.facts > div { display: grid; grid-template-columns: 5.75rem minmax(0, 1fr); gap: 0 0.75rem; }
.facts dt { color: var(--quiet); }
.facts-long > div { grid-template-columns: minmax(0, 1fr); margin-top: 0.375rem; }
.facts a { display: inline-block; min-height: 1.5rem; }
.versions { width: 100%; border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
.versions th, .versions td { padding: 0.3125rem 0.5rem 0.3125rem 0; text-align: start; font-weight: 400; vertical-align: baseline; }
.versions thead th { color: var(--quiet); font-size: 0.8125rem; }
.versions tbody th { font-weight: 600; }
.versions time, .versions td:nth-child(3) { white-space: nowrap; }
.versions td:last-child { padding-inline-end: 0; }
.versions tbody tr { border-top: 1px solid var(--line); }
@media (max-width: 60rem) {
  .columns { grid-template-columns: minmax(0, 1fr); grid-template-rows: none; }
  .side-column { grid-column: auto; grid-row: auto; }
}
@media (max-width: 24rem) {
  .panel { padding-inline: 0.875rem; }
  .versions { font-size: 0.8125rem; }
  .versions th, .versions td { padding-inline-end: 0.375rem; }
}
@media (max-width: 36rem) {
  .permissions > li, .commands > div { grid-template-columns: minmax(0, 1fr); }
  .permissions > li { padding: 0.875rem 1rem; }
}
`
