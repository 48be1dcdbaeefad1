/** Colours, each with the contrast that text needs (4.5 to 1) on the ground it stands on, in light and in dark. */
export const colours: string = `
:root {
  color-scheme: light dark;
  --ground: #faf8f4;
  --surface: #ffffff;
  --sunk: #f3f0e9;
  --line: #e3ded3;
  --edge: #8b877c;
  --ink: #1d211f;
  --quiet: #5c625e;
  --accent: #0b6650;
  --accent-ink: #ffffff;
  --accent-hover: #084d3c;
  --none-ink: #4c5450;
  --none-ground: #eeece6;
  --low-ink: #1f5a3a;
  --low-ground: #e2f1e6;
  --medium-ink: #714700;
  --medium-ground: #fcefd0;
  --high-ink: #93320f;
  --high-ground: #fde5da;
  --critical-ink: #ffffff;
  --critical-ground: #a3132c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #121513;
    --surface: #1a1e1c;
    --sunk: #222725;
    --line: #313836;
    --edge: #7b8581;
    --ink: #e8ece9;
    --quiet: #a5aea9;
    --accent: #76d3b4;
    --accent-ink: #08231b;
    --accent-hover: #9be3ca;
    --none-ink: #b9c1bd;
    --none-ground: #262b29;
    --low-ink: #a4dcb6;
    --low-ground: #1a3325;
    --medium-ink: #f1c97c;
    --medium-ground: #392c0f;
    --high-ink: #ffb596;
    --high-ground: #472414;
    --critical-ink: #ffffff;
    --critical-ground: #b3243d;
  }
}
`
