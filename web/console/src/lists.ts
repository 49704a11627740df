// The client's short lists and zones, as choices.

import { type Schemas, answer, api } from './api';
import { useAsk } from './ask';
import type { Option } from './parts/form';

type ListKind = Schemas['ListKind'];

const k_most_on_a_page = 200;

/** These lists to their ends: who chooses from one may mean its last entry. */
async function wholeLists(kinds: readonly ListKind[]) {
  const { lists, next } = await answer(api.GET('/console/api/lists'));
  const readOn = async (kind: ListKind) => {
    for (let cursor: string | null | undefined = next[kind]; cursor; ) {
      const query = { cursor, limit: k_most_on_a_page };
      const page: { items: Schemas['ListItem'][]; next: string | null } = await answer(
        api.GET('/console/api/lists/{kind}', { params: { path: { kind }, query } }),
      );
      lists[kind]?.push(...page.items);
      cursor = page.next;
    }
  };
  await Promise.all(kinds.map(readOn));
  return lists;
}

export function useLists<Kind extends ListKind>(kinds: readonly Kind[]) {
  const asked = useAsk(() => wholeLists(kinds), []);
  const choices = (kind: Kind): Option[] =>
    (asked.value?.[kind] ?? []).map(({ id, name, code }) => ({
      value: id,
      label: code && kind !== 'plate-type' ? `${name} (${code})` : name,
    }));
  return { ...asked, choices };
}

export function useZones() {
  return useAsk(async () => (await answer(api.GET('/console/api/zones'))).zones, []);
}
