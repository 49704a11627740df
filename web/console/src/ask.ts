// Questions to the server as hooks: one answer, or pages by cursor.

import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { Refusal } from './api';

export const asRefusal = (error: unknown) =>
  error instanceof Refusal ? error : new Refusal('internal', String(error));

export interface Asked<T> {
  value?: T;
  refusal?: Refusal;
  again: () => void;
  set: (value: T) => void;
}

/** Asks when a key changes and keeps the answer; an answer that comes too late is dropped. */
export function useAsk<T>(ask: () => Promise<T>, keys: unknown[]): Asked<T> {
  const [state, set] = useState<{ value?: T; refusal?: Refusal }>({});
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let isPresent = true;
    ask().then(
      (value) => isPresent && set({ value }),
      (error: unknown) => isPresent && set({ refusal: asRefusal(error) }),
    );
    return () => {
      isPresent = false;
    };
  }, [...keys, turn]);
  const again = useCallback(() => setTurn((n) => n + 1), []);
  return { ...state, again, set: (value) => set({ value }) };
}

export interface Pages<T> {
  rows?: T[];
  refusal?: Refusal;
  isBusy: boolean;
  /** Asks for the next page; undefined after the last. */
  more?: () => void;
  again: () => void;
}

export type AskPage<T> = (cursor?: string) => Promise<{ rows: T[]; next: string | null }>;

/** How many empty pages are read through before the reader is asked whether to look on. */
const k_empty_pages = 5;

export function usePages<T>(ask: AskPage<T>, keys: unknown[]): Pages<T> {
  const [state, set] = useState<{ rows?: T[]; next: string | null; refusal?: Refusal }>({ next: null });
  const [isBusy, setBusy] = useState(true);
  const [turn, setTurn] = useState(0);
  const question = useRef(0);

  async function read(before: T[], from: string | null) {
    const mine = (question.current += 1);
    setBusy(true);
    try {
      let cursor = from;
      let page: T[] = [];
      for (let tries = 0; tries < k_empty_pages && page.length === 0; tries += 1) {
        const { rows, next } = await ask(cursor ?? undefined);
        page = rows;
        cursor = next;
        if (next === null) break;
      }
      if (mine === question.current) set({ rows: [...before, ...page], next: cursor });
    } catch (error) {
      if (mine === question.current) set({ rows: before, next: from, refusal: asRefusal(error) });
    }
    if (mine === question.current) setBusy(false);
  }

  useEffect(() => {
    set({ next: null });
    void read([], null);
    return () => {
      question.current += 1;
    };
  }, [...keys, turn]);

  const { rows, next, refusal } = state;
  return {
    rows,
    refusal,
    isBusy,
    more: next === null ? undefined : () => void read(rows ?? [], next),
    again: () => setTurn((n) => n + 1),
  };
}

/** One change at a time: what was refused stays until the next try. */
export function useSend() {
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  async function send(change: () => Promise<unknown>): Promise<boolean> {
    setBusy(true);
    setRefusal(undefined);
    try {
      await change();
      return true;
    } catch (error) {
      setRefusal(asRefusal(error));
      return false;
    } finally {
      setBusy(false);
    }
  }
  return { send, isBusy, refusal, setRefusal };
}
