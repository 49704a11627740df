// The client's short lists and zones, as choices.

import { answer, api } from './api';
import { useAsk } from './ask';
import type { Option } from './parts/form';

export function useLists() {
  const asked = useAsk(async () => (await answer(api.GET('/console/api/lists'))).lists, []);
  const choices = (kind: string): Option[] =>
    (asked.value?.[kind] ?? []).map(({ id, name, code }) => ({
      value: id,
      label: code && kind !== 'plate-type' ? `${name} (${code})` : name,
    }));
  return { ...asked, choices };
}

export function useZones() {
  return useAsk(async () => (await answer(api.GET('/console/api/zones'))).zones, []);
}
