/** A policy ready for decisions: plain data, so that it travels to child processes as JSON. */
import type { Phase, Target } from './schema.ts';

export interface CompiledRule {
  /** Unique within the policy; rules of a pack are called `pack:entry`. */
  id: string;
  action: 'deny' | 'allow';
  mode: 'enforce' | 'report';
  phases: Phase[];
  reason: string;
  pack: string | null;
  to: Target[];
  source: string | null;
  certainty: string | null;
  /** ISO time after which an allow no longer counts. */
  expires: string | null;
}

export interface CompiledPolicy {
  id: string;
  version: string;
  /** Over the policy and the content of every pack it uses. */
  sha256: string;
  loopbackPorts: number[];
  sockets: string[];
  exec: string[];
  addons: string[];
  rules: CompiledRule[];
}

/** Times in milliseconds since 1970. */
export function isExpired({ expires }: CompiledRule, now: number): boolean {
  return expires !== null && Date.parse(expires) <= now;
}

/** Allows of a phase that have not expired. */
export function allowsInForce(policy: CompiledPolicy, phase: Phase, now: number): CompiledRule[] {
  return policy.rules.filter(
    (rule) => rule.action === 'allow' && rule.phases.includes(phase) && !isExpired(rule, now),
  );
}

/** Grants nothing. In force where a process was started without a policy. */
export const denyEverything: CompiledPolicy = {
  id: 'deny-everything',
  version: '0',
  sha256: '',
  loopbackPorts: [],
  sockets: [],
  exec: [],
  addons: [],
  rules: [],
};
