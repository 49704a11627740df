// The server, as api/console.yaml describes it.

import createClient from 'openapi-fetch';
import type { components, paths } from '../generated/console';

export type Schemas = components['schemas'];
export type Session = Schemas['Session'];
export type Role = Schemas['Role'];

const bare = createClient<paths>({
  baseUrl: location.origin,
  headers: { 'X-Lotkeeper-Console': '1' },
  credentials: 'same-origin',
});

export const api = bare;

/** What the server, or the way to it, refused. */
export class Refusal extends Error {
  constructor(
    /** The server's `error`, or `network` where no answer came. */
    readonly kind: Schemas['Error']['error'] | 'network',
    readonly detail = '',
    readonly faults: { field?: string; detail: string }[] = [],
    readonly retryAfter?: number,
  ) {
    super(detail || kind);
  }
}

let signedOut = () => {};

/** Called when an answer says that the session is over. */
export function onSignedOut(tell: () => void): void {
  signedOut = tell;
}

/** The data of an answer; a refusal is thrown as a Refusal. */
export async function answer<T>(
  asked: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  let came;
  try {
    came = await asked;
  } catch {
    throw new Refusal('network');
  }
  if (came.response.ok) return came.data as T;
  throw refusalOf(came.error, came.response);
}

function refusalOf(body: unknown, response: Response): Refusal {
  const error = (typeof body === 'object' && body ? body : {}) as Partial<Schemas['Error']>;
  if (error.error === 'signIn') signedOut();
  const faults = error.errors ?? (error.field ? [{ field: error.field, detail: error.detail ?? '' }] : []);
  const wait = Number(response.headers.get('Retry-After'));
  return new Refusal(error.error ?? 'internal', error.detail, faults, wait > 0 ? wait : undefined);
}

/** Sends a file's bytes with progress, 0 to 1, which fetch cannot tell. */
export function sendFile(path: string, file: Blob, type: string, progress: (part: number) => void) {
  return new Promise<string>((done, fail) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.setRequestHeader('Content-Type', type);
    request.setRequestHeader('X-Lotkeeper-Console', '1');
    request.upload.onprogress = (event) => progress(event.loaded / Math.max(1, event.total));
    request.onerror = () => fail(new Refusal('network'));
    request.onload = () => {
      if (request.status < 300) return done(request.responseText);
      let body: unknown;
      try {
        body = JSON.parse(request.responseText);
      } catch {
        body = undefined;
      }
      const retry = request.getResponseHeader('Retry-After') ?? '';
      return fail(refusalOf(body, new Response(null, { status: 500, headers: { 'Retry-After': retry } })));
    };
    request.send(file);
  });
}

/** A path with the parts of a question that are given, for plain links. */
export function linkTo(path: string, query: Record<string, string | number | undefined>): string {
  const given = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') given.set(key, String(value));
  }
  const text = given.toString();
  return text ? `${path}?${text}` : path;
}
