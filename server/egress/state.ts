/**
 * What the guard knows in this process: the policy in force, the phase, and what it blocked. No side effects on import,
 * so that the gateway can ask for the counts whether or not the guard is loaded.
 */
import { type CompiledPolicy, denyEverything } from '#policies/compiled.ts';
import { type Decision, type DecisionTarget, decide } from '#policies/decide.ts';
import type { Phase } from '#policies/schema.ts';
import { EgressBlockedError } from './blocked.ts';

/** Passed from the launcher to the gateway and from there to its children. */
export const contextVariable = 'STILLROOM_INTERNAL_EGRESS';

export interface EgressContext {
  policy: CompiledPolicy;
  phase: Phase;
  /** What the launcher did; shown next to what is read back, never instead of it. */
  applied: {
    seccomp: boolean;
    landlockAbi: number;
    namespaceFlags: string[] | null;
    problem: string | null;
  } | null;
  /** Where children leave their attempts for the gateway. */
  auditFolder?: string;
}

/** One blocked attempt. Hosts only: no URL paths, queries, headers or payload. */
export interface BlockedAttempt {
  at: number;
  ruleId: string;
  pack: string | null;
  layer: string;
  target: { name: string | null; address: string | null; port: number | null; path: string | null };
  reported: string[];
  /** File and line in the product or package that tried. */
  caller: string | null;
}

type Sink = (attempt: BlockedAttempt) => void;

const state: {
  context: EgressContext;
  guardLoaded: boolean;
  blocked: number;
  sink: Sink | null;
  early: BlockedAttempt[];
} = {
  context: readContext(),
  guardLoaded: false,
  blocked: 0,
  sink: null,
  early: [],
};

/** Missing or unreadable = nothing is allowed. Taken out of the environment: programs started later get it from here. */
function readContext(): EgressContext {
  const text = process.env[contextVariable];
  delete process.env[contextVariable];
  try {
    const value = JSON.parse(text ?? 'null') as EgressContext | null;
    if (value !== null && Array.isArray(value.policy.rules)) return value;
  } catch {
    // Fails closed below.
  }
  return { policy: denyEverything, phase: 'serve', applied: null };
}

export function egressContext(): EgressContext {
  return state.context;
}

export function markGuardLoaded(): void {
  state.guardLoaded = true;
}

export function isGuardLoaded(): boolean {
  return state.guardLoaded;
}

/** Attempts this process blocked since it started. */
export function blockedCount(): number {
  return state.blocked;
}

/** Where blocked attempts are sent. Those from before it was set come first. */
export function setBlockedSink(sink: Sink | null): void {
  state.sink = sink;
  if (sink !== null) for (const attempt of state.early.splice(0)) sink(attempt);
}

/** Decides and, when it is no, counts and reports. Null = allowed. */
export function refuse(target: Omit<DecisionTarget, 'phase'>): EgressBlockedError | null {
  const decision = judge(target);
  return decision.decision === 'allow' ? null : block(decision);
}

/** Decides without counting, for callers that have more than one try. */
export function judge(target: Omit<DecisionTarget, 'phase'>): Decision {
  return decide(state.context.policy, { ...target, phase: state.context.phase }, Date.now());
}

export function block(decision: Decision): EgressBlockedError {
  const error = new EgressBlockedError(decision);
  if (isSameAttempt(decision)) return error;
  state.blocked += 1;
  const attempt: BlockedAttempt = {
    at: Date.now(),
    ruleId: decision.ruleId,
    pack: decision.pack,
    layer: decision.layer,
    target: { ...decision.canonical, name: shortenLabels(decision.canonical.name) },
    reported: decision.reported,
    caller: callerOf(error.stack ?? ''),
  };
  if (state.sink !== null) state.sink(attempt);
  else if (state.early.length < 1000) state.early.push(attempt);
  return error;
}

const layersThisTurn = new Map<string, string>();

/** One connection that two layers refuse at once (its name, its TLS server name) is one attempt. */
function isSameAttempt({ canonical, layer }: Decision): boolean {
  const target = canonical.path ?? canonical.name ?? canonical.address ?? '';
  const first = layersThisTurn.get(target);
  if (first !== undefined) return first !== layer;
  if (layersThisTurn.size === 0) setImmediate(() => layersThisTurn.clear());
  layersThisTurn.set(target, layer);
  return false;
}

/** Long labels are how data is smuggled through DNS; what was smuggled must not end up in the log. */
function shortenLabels(name: string | null): string | null {
  if (name === null) return null;
  return name
    .split('.')
    .map((label) => (label.length > 24 ? `[${label.length} characters]` : label))
    .join('.');
}

const root = new URL('../../', import.meta.url).href;

function callerOf(stack: string): string | null {
  for (const line of stack.split('\n')) {
    const frame = /\(?((?:file:\/\/|\/)[^()]+:\d+):\d+\)?$/u.exec(line)?.[1];
    if (frame === undefined || frame.includes('/server/egress/')) continue;
    const relative = frame.replace(/^\//u, 'file:///').replace(root, '');
    return relative.startsWith('file:') ? (relative.split('/').at(-1) ?? null) : relative;
  }
  return null;
}
