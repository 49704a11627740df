// A table at a desk, a list of cards on a phone: the same rows, each cell under its column's name.

import type { ComponentChildren } from 'preact';
import type { Pages } from '../ask';
import { t } from '../words';
import { Busy, Empty, Refused } from './basics';

export interface Column<T> {
  title: string;
  cell: (row: T) => ComponentChildren;
  number?: boolean;
}

/** `wide`: it may have to be scrolled sideways, which the keyboard can do only where it has the focus. */
export function Table<T>(props: { label: string; columns: Column<T>[]; rows: T[]; wide?: boolean }) {
  return (
    <div class="table-frame" {...(props.wide ? { tabIndex: 0, role: 'region', 'aria-label': props.label } : {})}>
      <table class="table">
        <caption class="visually-hidden">{props.label}</caption>
        <thead>
          <tr>
            {props.columns.map((column) => (
              <th scope="col" class={column.number ? 'number' : undefined}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr>
              {props.columns.map((column) => (
                <td data-title={column.title} class={column.number ? 'number' : undefined}>
                  <span>{column.cell(row)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The rows that are there, what was refused, and "more" while there is more. */
export function PagedTable<T>(props: { label: string; columns: Column<T>[]; pages: Pages<T>; empty: string; next?: ComponentChildren }) {
  const { rows, refusal, isBusy, more } = props.pages;
  return (
    <>
      {rows && rows.length > 0 && <Table label={props.label} columns={props.columns} rows={rows} />}
      {rows?.length === 0 && !isBusy && !refusal && <Empty next={!more && props.next}>{more ? t('list.nothing_yet') : props.empty}</Empty>}
      <Refused refusal={refusal} />
      {isBusy ? (
        <Busy />
      ) : (
        more && (
          <button type="button" class="btn btn-quiet more" onClick={more}>
            {t('more')}
          </button>
        )
      )}
    </>
  );
}
