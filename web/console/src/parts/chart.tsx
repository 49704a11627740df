// A chart, and the same figures as a table for whoever does not see it.

import {
  BarController, BarElement, CategoryScale, Chart as Drawing, Legend, LinearScale, Tooltip,
} from 'chart.js';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../words';
import { Table } from './table';

Drawing.register(BarController, BarElement, CategoryScale, LinearScale, Legend, Tooltip);

export interface Series {
  label: string;
  values: number[];
  /** A colour of the theme; by turns where none is named. */
  tone?: string;
}

const turns = ['accent', 'blue', 'amber', 'violet', 'danger', 'teal'];

export function Chart(props: {
  kind: 'bar';
  label: string;
  names: string[];
  series: Series[];
  /** How a value is written. */
  write: (value: number) => string;
  /** The name of the table's first column. */
  first: string;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let drawing: Drawing | undefined;
    function draw() {
      drawing?.destroy();
      if (!canvas.current) return;
      const style = getComputedStyle(document.documentElement);
      const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
      const ink = colour('soft');
      const grid = { color: colour('line'), drawTicks: false };
      drawing = new Drawing(canvas.current, {
        type: 'bar',
        data: {
          labels: props.names,
          datasets: props.series.map(({ label, values, tone }, i) => ({
            label,
            data: values,
            backgroundColor: colour(`chart-${tone ?? turns[i % turns.length]}`),
            borderRadius: 3,
            maxBarThickness: 36,
          })),
        },
        options: {
          animation: false,
          maintainAspectRatio: false,
          font: { family: 'system-ui, sans-serif', size: 13 },
          plugins: {
            legend: { display: props.series.length > 1, position: 'bottom', labels: { color: ink, boxWidth: 12, boxHeight: 12 } },
            tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${props.write(item.parsed.y ?? 0)}` } },
          },
          scales: {
            x: { stacked: true, grid: { display: false }, ticks: { color: ink, maxRotation: 0, autoSkipPadding: 12 } },
            y: { stacked: true, beginAtZero: true, grid, border: { display: false }, ticks: { color: ink, precision: 0, maxTicksLimit: 6, callback: (value) => props.write(Number(value)) } },
          },
        },
      });
    }
    draw();
    addEventListener('themechange', draw);
    return () => {
      removeEventListener('themechange', draw);
      drawing?.destroy();
    };
  }, [JSON.stringify([props.names, props.series])]);

  return (
    <>
      <div class="chart">
        <canvas ref={canvas} role="img" aria-label={props.label} />
      </div>
      <details class="figures-of">
        <summary>{t('as_table')}</summary>
        <Table
          label={props.label}
          rows={props.names.map((_, i) => i)}
          columns={[
            { title: props.first, cell: (i) => props.names[i] },
            ...props.series.map(({ label, values }) => ({ title: label, number: true, cell: (i: number) => props.write(values[i] ?? 0) })),
          ]}
        />
      </details>
    </>
  );
}
