import type { Attempt } from './attempt.ts';
import { clients } from './clients.ts';
import { datagrams } from './datagrams.ts';
import { fronting } from './fronting.ts';
import { names } from './names.ts';
import { native } from './native.ts';
import { programs } from './programs.ts';
import { runtime } from './runtime.ts';

/** Every way out that is tried, grouped as the report shows them. */
export const attemptGroups: Record<string, Attempt[]> = {
  clients,
  datagrams,
  names,
  fronting,
  runtime,
  programs,
  native,
};

export const attempts: Attempt[] = Object.values(attemptGroups).flat();
