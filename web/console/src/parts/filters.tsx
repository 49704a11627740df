// What a list is asked for stands in the address, so that it can be kept, sent and gone back to.

import { useLocation } from 'preact-iso';
import { Search } from 'lucide-preact';
import { linkTo } from '../api';
import { t } from '../words';
import { NextLink } from './basics';
import { type Field, Input } from './form';

export function useFilter(): Record<string, string> {
  return useLocation().query;
}

export function useIsFiltered(): boolean {
  return Object.values(useFilter()).some((value) => value !== '' && value !== 'all');
}

/** Leads from a search that found nothing to the whole list. */
export function ShowAll() {
  return <NextLink href={useLocation().path}>{t('filters.clear')}</NextLink>;
}

export function Filters({ fields }: { fields: Field[] }) {
  const { path, query, route } = useLocation();
  function submit(event: SubmitEvent) {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const given: Record<string, string> = {};
    for (const { name } of fields) given[name] = String(form.get(name) ?? '').trim();
    route(linkTo(path, given));
  }
  return (
    <form class="filters" role="search" onSubmit={submit} key={JSON.stringify(query)}>
      {fields.map((field) => (
        <Input field={{ ...field, value: query[field.name] ?? '', kind: field.kind ?? 'search', plain: true }} />
      ))}
      <button class="btn btn-primary">
        <Search aria-hidden="true" /> {t('search')}
      </button>
    </form>
  );
}
