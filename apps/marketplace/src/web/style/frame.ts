/** The page around its content, and what every element starts from. */
export const frame: string = `
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1rem; }
body {
  margin: 0;
  min-height: 100vh;
  display: flex;
  flex-direction: column;
  background: var(--ground);
  color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: anywhere;
}
h1, h2, h3, h4, h5, h6, p, ul, ol, dl, dd { margin: 0; }
ul, ol { padding: 0; list-style: none; }
h1, h2 { line-height: 1.25; letter-spacing: -0.01em; text-wrap: balance; }
h1 { font-size: 1.75rem; }
h2 { font-size: 1.125rem; }
a { color: var(--accent); text-underline-offset: 0.18em; text-decoration-thickness: 0.06em; }
a:hover { color: var(--accent-hover); text-decoration-thickness: 0.12em; }
:focus-visible { outline: 0.1875rem solid var(--accent); outline-offset: 0.125rem; border-radius: 0.25rem; }
main:focus { outline: none; }
code { font: 0.875em/1.5 ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.wide { width: 100%; max-width: 70rem; margin-inline: auto; padding-inline: 1.25rem; }
.quiet { color: var(--quiet); }
.unseen {
  position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
.skip {
  position: absolute; inset-inline-start: 0.5rem; top: -4rem; z-index: 1; padding: 0.5rem 0.75rem;
  background: var(--accent); color: var(--accent-ink); border-radius: 0.375rem;
}
.skip:focus { top: 0.5rem; color: var(--accent-ink); }
.top { background: var(--surface); border-bottom: 1px solid var(--line); }
.top-row {
  display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.5rem 2rem;
  min-height: 3.75rem; padding-block: 0.625rem;
}
.brand {
  display: inline-flex; align-items: center; gap: 0.5rem; min-height: 2rem;
  color: var(--ink); font-weight: 650; text-decoration: none;
}
.brand:hover { color: var(--accent); }
.mark { width: 1.625rem; height: 1.625rem; flex: none; margin-inline-start: -0.375rem; }
.mark-glass { fill: var(--accent); }
.mark-milk { fill: var(--surface); }
main { flex: 1; padding-block: 2rem 4rem; }
.bottom { border-top: 1px solid var(--line); color: var(--quiet); font-size: 0.875rem; }
.bottom-row { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0.25rem 2rem; padding-block: 1.25rem; }
.bottom a { display: inline-block; min-width: 1.5rem; min-height: 1.5rem; }
@media (max-width: 30rem) {
  .wide { padding-inline: 1rem; }
  main { padding-block: 1.5rem 3rem; }
}
`
