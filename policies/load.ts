/**
 * From policy text to a policy in force: parse, validate, add packs, run the embedded tests, hash. Anything wrong throws
 * PolicyError with every problem found; callers refuse to start then.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import { type CompiledPolicy, type CompiledRule, isExpired } from './compiled.ts';
import { type Decision, decide } from './decide.ts';
import defaultPolicyJson from './default.json' with { type: 'json' };
import { splitTarget } from './hosts.ts';
import { packs } from './packs.ts';
import { type Pack, type PackName, Policy, phases } from './schema.ts';

export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  readonly problems: string[];

  constructor(origin: string, problems: string[]) {
    super(
      `The network policy ${origin} is not valid: ${problems.join('; ')}. Correct it and check it with "stillroom policy check"; nothing starts with a broken policy.`,
    );
    this.problems = problems;
  }
}

export interface LoadedPolicy {
  /** As written, with defaults filled in. */
  policy: Policy;
  compiled: CompiledPolicy;
  /** Packs in force with their mode, deepseek-official always first. */
  packs: { pack: Pack; mode: 'enforce' | 'report' }[];
  /** Things that are legal and probably not meant. */
  warnings: string[];
}

export const defaultPolicyText: string = JSON.stringify(defaultPolicyJson, null, 2);

/** Loads a policy from its JSON text. `origin` names the file in errors. `now` for grants, milliseconds since 1970. */
export function loadPolicy(text: string, origin: string, now: number): LoadedPolicy {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new PolicyError(origin, [`it is not JSON (${(error as Error).message})`]);
  }
  const parsed = Policy.safeParse(json);
  if (!parsed.success) {
    throw new PolicyError(
      origin,
      parsed.error.issues.map(
        (issue) => `${issue.path.length === 0 ? 'file' : issue.path.join('.')}: ${issue.message}`,
      ),
    );
  }
  const policy = parsed.data;
  const problems = findProblems(policy);
  if (problems.length > 0) throw new PolicyError(origin, problems);

  const inForce = packsInForce(policy);
  const compiled: CompiledPolicy = {
    id: policy.id,
    version: policy.version,
    sha256: hash({ policy, packs: inForce }),
    loopbackPorts: policy.loopback.ports,
    sockets: policy.sockets,
    exec: policy.exec,
    addons: policy.addons,
    rules: [...inForce.flatMap(({ pack, mode }) => packRules(pack, mode)), ...ownRules(policy)],
  };
  const failures = runEmbeddedTests(policy, compiled, now).filter((result) => !result.ok);
  if (failures.length > 0) {
    throw new PolicyError(
      origin,
      failures.map(
        ({ test, decision }) =>
          `its test "${test.target}" expects ${test.expect}${test.rule === undefined ? '' : ` by ${test.rule}`} and gets ${decision.decision} by ${decision.ruleId}`,
      ),
    );
  }
  return { policy, compiled, packs: inForce, warnings: findWarnings(compiled, now) };
}

function findProblems(policy: Policy): string[] {
  const problems: string[] = [];
  const ids = policy.rules.map((rule) => rule.id);
  for (const id of new Set(ids.filter((id, index) => ids.indexOf(id) !== index)))
    problems.push(`rule id "${id}" is used twice`);
  for (const id of ids)
    if (id.includes(':')) problems.push(`rule id "${id}" has a colon, which is kept for packs`);
  const names = policy.packs.map((use) => use.name);
  for (const name of new Set(names.filter((name, index) => names.indexOf(name) !== index)))
    problems.push(`pack "${name}" is listed twice`);
  if (policy.packs.some((use) => use.name === 'deepseek-official' && use.mode === 'report')) {
    problems.push('pack "deepseek-official" is always enforced and cannot be report-only');
  }
  return problems;
}

/** deepseek-official is in force whether or not the policy lists it. */
function packsInForce(policy: Policy): { pack: Pack; mode: 'enforce' | 'report' }[] {
  const others = policy.packs.filter((use) => use.name !== 'deepseek-official');
  const uses: { name: PackName; mode: 'enforce' | 'report' }[] = [
    { name: 'deepseek-official', mode: 'enforce' },
    ...others,
  ];
  return uses.map(({ name, mode }) => ({ pack: packs[name], mode }));
}

function packRules(pack: Pack, mode: 'enforce' | 'report'): CompiledRule[] {
  return pack.entries.map((entry) => ({
    id: `${pack.name}:${entry.id}`,
    action: 'deny',
    mode,
    phases: [...phases],
    reason: `${entry.suffix ?? entry.name} belongs to "${pack.title}" (${entry.role}).`,
    pack: pack.name,
    to: [entry.suffix === undefined ? { name: entry.name } : { suffix: entry.suffix }],
    source: `${entry.source}, ${entry.date}`,
    certainty: entry.certainty,
    expires: null,
  }));
}

function ownRules(policy: Policy): CompiledRule[] {
  return policy.rules.map((rule) => ({
    id: rule.id,
    action: rule.action,
    mode: rule.mode,
    phases: rule.phases,
    reason: rule.reason,
    pack: null,
    to: rule.to,
    source: rule.source ?? null,
    certainty: rule.certainty ?? null,
    expires: rule.expires ?? null,
  }));
}

export interface EmbeddedTestResult {
  test: Policy['tests'][number];
  decision: Decision;
  ok: boolean;
}

/** Runs the tests a policy carries, in its order. */
export function runEmbeddedTests(
  policy: Policy,
  compiled: CompiledPolicy,
  now: number,
): EmbeddedTestResult[] {
  return policy.tests.map((test) => {
    const { host, port } = splitTarget(test.target);
    const decision = decide(
      compiled,
      { layer: 'name', phase: test.phase, host, ...(port === null ? {} : { port }) },
      now,
    );
    const ok =
      decision.decision === test.expect && (test.rule === undefined || test.rule === decision.ruleId);
    return { test, decision, ok };
  });
}

function findWarnings(compiled: CompiledPolicy, now: number): string[] {
  const warnings: string[] = [];
  for (const rule of compiled.rules.filter((candidate) => candidate.action === 'allow')) {
    if (isExpired(rule, now))
      warnings.push(`rule "${rule.id}" expired at ${rule.expires} and allows nothing`);
    for (const to of rule.to) {
      const host = to.suffix ?? to.name;
      if (host === undefined) continue;
      const phase = rule.phases[0] ?? 'serve';
      const decision = decide(compiled, { layer: 'name', phase, host }, now);
      if (decision.decision === 'deny' && decision.ruleId !== 'default-deny') {
        warnings.push(
          `rule "${rule.id}" allows ${host}, which "${decision.ruleId}" denies; a deny always wins`,
        );
      }
    }
  }
  return warnings;
}

/** SHA-256 of the canonical JSON (keys sorted), so that formatting does not change it. */
function hash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
