// Whether a token still opens the door.

import type { Schemas } from './api';

export type Token = Schemas['Integration']['tokens'][number];

const isOver = (token: Token) => token.expiresAt !== null && Date.parse(token.expiresAt) < Date.now();
export const isLive = (token: Token) => !token.revokedAt && !isOver(token);
