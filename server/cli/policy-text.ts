/** What `policy explain` and `policy diff` print. */

import type { CompiledRule } from '#policies/compiled.ts';
import { type Decision, type DecisionTarget, decide, matchingRules } from '#policies/decide.ts';
import { coverageOf } from '#policies/exporters/coverage.ts';
import { splitTarget } from '#policies/hosts.ts';
import type { LoadedPolicy } from '#policies/load.ts';
import type { Phase } from '#policies/schema.ts';

export function explainText(loaded: LoadedPolicy, text: string, phase: Phase, now: number): string {
  const { host, port } = splitTarget(text);
  const target: DecisionTarget = { layer: 'name', phase, host, ...(port === null ? {} : { port }) };
  const decision = decide(loaded.compiled, target, now);
  const matching = matchingRules(loaded.compiled, target);
  const deciding = loaded.compiled.rules.find((rule) => rule.id === decision.ruleId);
  return [
    `Target      ${text}`,
    `Canonical   ${canonicalText(decision)}`,
    `Phase       ${phase}`,
    `Rules       ${loaded.compiled.rules.length} tried, ${matching.length} match${matching.map((rule) => `\n            ${ruleText(rule)}`).join('')}`,
    `Decision    ${decision.decision.toUpperCase()} by ${decision.ruleId}`,
    `            ${decision.reason}`,
    ...(deciding?.source == null
      ? []
      : [`Source      ${deciding.source}; certainty ${deciding.certainty ?? 'not stated'}`]),
    ...(decision.reported.length === 0
      ? []
      : [`Reported    ${decision.reported.join(', ')} (report-only, changes nothing)`]),
    `Enforced    ${decision.decision === 'deny' ? 'for Stillroom itself: by the in-process guard, and by the kernel where the seal is on' : 'guard and, by port, the kernel'}`,
    ...(deciding === undefined || deciding.action !== 'deny' ? [] : exportLines(deciding)),
    '',
  ].join('\n');
}

function canonicalText({ canonical: { name, address, port } }: Decision): string {
  const host = name ?? address;
  return host === null ? 'unreadable' : `${host}${port === null ? '' : ` port ${port}`}`;
}

function ruleText({ id, action, mode, phases }: CompiledRule): string {
  return `${id}: ${action}${mode === 'report' ? ', report-only' : ''}, in ${phases.join(', ')}`;
}

function exportLines(rule: CompiledRule): string[] {
  return rule.to.flatMap((to) => {
    const { whole, partial, none } = coverageOf(to);
    return [
      `Exports     wholly: ${whole.join(', ')}`,
      ...(partial.length === 0 ? [] : [`            in part: ${partial.join(', ')}`]),
      ...(none.length === 0 ? [] : [`            not: ${none.join(', ')}`]),
    ];
  });
}

/** Rules and switches that are new, gone or different, from `before` to `after`. */
export function diffText(before: LoadedPolicy, after: LoadedPolicy): string {
  const lines: string[] = [];
  const old = new Map(before.compiled.rules.map((rule) => [rule.id, rule]));
  const now = new Map(after.compiled.rules.map((rule) => [rule.id, rule]));
  for (const [id, rule] of now) {
    const was = old.get(id);
    if (was === undefined) lines.push(`+ ${ruleText(rule)}`);
    else if (JSON.stringify(was) !== JSON.stringify(rule))
      lines.push(`~ ${ruleText(was)}  →  ${ruleText(rule)}${changedFields(was, rule)}`);
  }
  for (const [id, rule] of old) if (!now.has(id)) lines.push(`- ${ruleText(rule)}`);
  for (const key of ['loopbackPorts', 'sockets', 'exec', 'addons'] as const) {
    const [was, is] = [JSON.stringify(before.compiled[key]), JSON.stringify(after.compiled[key])];
    if (was !== is) lines.push(`~ ${key}: ${was}  →  ${is}`);
  }
  const same = before.compiled.sha256 === after.compiled.sha256;
  const head = `${before.policy.id} ${before.policy.version}  →  ${after.policy.id} ${after.policy.version}\n`;
  return (
    head +
    (lines.length > 0
      ? `${lines.join('\n')}\n`
      : same
        ? 'The policies are the same.\n'
        : 'No rule changed (only descriptions or tests).\n')
  );
}

function changedFields(was: CompiledRule, is: CompiledRule): string {
  const keys = (Object.keys(is) as (keyof CompiledRule)[]).filter(
    (key) => JSON.stringify(was[key]) !== JSON.stringify(is[key]),
  );
  return `  (${keys.join(', ')})`;
}
