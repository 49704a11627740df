// Measured against target, one bar for each figure of each engine, as an SVG that suits light and dark
// pages.
import { show, target } from './tables.mjs';

const width = 760;
const left = 16;
const span = 480;
const row = 60;
const top = 84;
const headRow = 32;
const gap = 20;
const mostTimesTarget = 2;

const style = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-size: 15px; font-weight: 600 }
  .quiet { fill: #59636e }
  .track { fill: #818b981f }
  .pass { fill: #1a7f37 }
  .fail { fill: #bc4c00 }
  .target { stroke: #1f2328; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc }
    .quiet { fill: #9198a1 }
    .track { fill: #656c7633 }
    .pass { fill: #3fb950 }
    .fail { fill: #f0883e }
    .target { stroke: #f0f6fc }
  }`;

const escape = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function bar(figure, y) {
  const share = figure.value / figure.bound;
  const length = (span / mostTimesTarget) * Math.min(share, mostTimesTarget);
  const passed = figure.verdict === 'pass';
  const note = `${show(figure, figure.value)}  (${target(figure)})  ${figure.verdict}`;
  const cut =
    share > mostTimesTarget
      ? `<text x="${left + span - 20}" y="${y + 22}" style="fill:#fff">»</text>`
      : '';
  return `
  <text x="${left}" y="${y}">${escape(figure.name)}</text>
  <text x="${left + span + 12}" y="${y + 22}">${escape(note)}</text>
  <rect class="track" x="${left}" y="${y + 8}" width="${span}" height="20" rx="3"/>
  <rect class="${passed ? 'pass' : 'fail'}" x="${left}" y="${y + 8}" width="${length.toFixed(1)}" height="20" rx="3"/>${cut}
  <line class="target" x1="${left + span / 2}" x2="${left + span / 2}" y1="${y + 4}" y2="${y + 32}"/>
  <text class="quiet" x="${left + span / 2 + 6}" y="${y + 42}" style="font-size:11px">${figure.more ? 'at least' : 'at most'}</text>`;
}

const titles = { sqlite: 'On SQLite', postgresql: 'On PostgreSQL' };

/** The bars of both engines; `kept` as bench/figures.json has them. */
export function chart(kept) {
  const measured = Object.entries(titles).filter(([engine]) => kept[engine]);
  const figures = measured.flatMap(([engine]) => kept[engine].figures);
  const spoken = measured
    .map(([engine, title]) => `${title}: ${kept[engine].figures.map(speak).join('; ')}`)
    .join('. ');
  let y = top;
  const parts = measured.map(([engine, title]) => {
    const head = `
  <text class="title" x="${left}" y="${y}">${title}, ${kept[engine].date}</text>`;
    y += headRow;
    const bars = kept[engine].figures.map((figure, at) => bar(figure, y + at * row)).join('');
    y += kept[engine].figures.length * row + gap;
    return head + bars;
  });
  const height = y - gap;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">
  <title id="title">Lotkeeper's figures against their targets</title>
  <desc id="description">${escape(spoken)}</desc>
  <style>${style}
  </style>
  <text class="title" x="${left}" y="26">Measured against target</text>
  <text class="quiet" x="${left}" y="46">the line is the target; a bar ends at ${mostTimesTarget} times the target</text>${parts.join('')}
</svg>
`;
}

const speak = (figure) =>
  `${figure.name}: ${show(figure, figure.value)}, target ${target(figure)}`;
