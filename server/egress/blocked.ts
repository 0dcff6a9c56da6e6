import type { Decision } from '#policies/decide.ts';

/** What a blocked attempt looks like to the code that made it. */
export class EgressBlockedError extends Error {
  override readonly name = 'EgressBlockedError';
  readonly code = 'ERR_EGRESS_BLOCKED';
  readonly ruleId: string;
  readonly layer: string;

  constructor(decision: Decision) {
    super(
      `Stillroom's network policy blocked ${describe(decision)} (rule ${decision.ruleId}). ${decision.reason} ` +
        `"stillroom policy explain" shows why and what would have to change.`,
    );
    this.ruleId = decision.ruleId;
    this.layer = decision.layer;
  }
}

function describe(decision: Decision): string {
  const { name, address, port, path } = decision.canonical;
  const host = path ?? name ?? address ?? 'an unreadable destination';
  const verbs: Record<string, string> = {
    spawn: 'starting',
    addon: 'loading',
    ffi: 'native access through',
    dns: 'looking up',
  };
  return `${verbs[decision.layer] ?? 'a connection to'} ${host}${port === null ? '' : ` port ${port}`}`;
}
