// Who is signed in, for every part of the page.

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Role, Schemas, Session } from './api';

export interface Seat {
  session: Session;
  /** Takes a newer session: after a switch of client, say. */
  renew: (session: Session | null) => void;
}

export const SeatContext = createContext<Seat | null>(null);

export function useSeat(): Seat {
  const seat = useContext(SeatContext);
  if (!seat) throw new Error('no session');
  return seat;
}

const ranks: Role[] = ['viewer', 'officer', 'office', 'administrator'];

/** Whether the operator may do what the role may. */
export function may(session: Session, role: Role): boolean {
  return session.role !== null && ranks.indexOf(session.role) >= ranks.indexOf(role);
}

export function useMay(role: Role): boolean {
  return may(useSeat().session, role);
}

export function useClient(): Schemas['Client'] {
  const { client } = useSeat().session;
  if (!client) throw new Error('no client');
  return client;
}
