/** What a person who wants to check the claim is shown: layers read back, names in the policy, last proof, blocked attempts. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompiledPolicy } from '#policies/compiled.ts';
import type { PrivacyOverview } from '#server/api/app/contract.ts';
import { type AuditEvent, auditFileName, readAudit } from './audit.ts';
import type { SignedReport } from './prove/report.ts';
import { egressContext, isGuardLoaded } from './state.ts';
import { egressStatus, sealReading } from './status.ts';

const mostBlocked = 50;

/** `childAttempts`: attempts that children reported, as the audit counts them. */
export function privacyOverview(dataFolder: string, childAttempts: number): PrivacyOverview {
  const { policy } = egressContext();
  const { events, intact } = readRecord(dataFolder);
  return {
    egress: egressStatus(childAttempts),
    layers: layers(),
    policy: { id: policy.id, version: policy.version, sha256: policy.sha256 },
    named: namedHosts(policy),
    lastProof: lastProof(join(dataFolder, 'proofs')),
    blocked: events.slice(-mostBlocked).reverse().map(toRow),
    recordIntact: intact,
  };
}

function layers(): PrivacyOverview['layers'] {
  const seal = sealReading();
  const landlock = egressContext().applied?.landlockAbi ?? 0;
  return [
    {
      name: 'Kernel: seccomp',
      inForce: seal.seccomp && seal.connectRefused && seal.udpRefused,
      sentence: 'A TCP connect and a UDP socket were tried at start and refused by the kernel.',
    },
    {
      name: 'Kernel: no new privileges',
      inForce: seal.noNewPrivileges,
      sentence: 'No program started from here can gain rights that would lift the filter.',
    },
    {
      name: 'Kernel: Landlock',
      inForce: landlock >= 4,
      sentence:
        'A second, independent refusal of outgoing TCP. Set by the launcher; the kernel offers no way to read it back.',
    },
    {
      name: 'In-process guard',
      inForce: isGuardLoaded(),
      sentence: 'Refuses and records by name and rule. It explains; alone it would not stop native code.',
    },
  ];
}

function namedHosts(policy: CompiledPolicy): PrivacyOverview['named'] {
  const groups = new Map<string, PrivacyOverview['named'][number]>();
  for (const rule of policy.rules) {
    if (rule.action !== 'deny') continue;
    const pack = rule.pack ?? 'own rules';
    const group = groups.get(pack) ?? { pack, mode: rule.mode, hosts: [] };
    group.hosts.push(
      ...rule.to.map((to) => (to.suffix === undefined ? (to.name ?? to.cidr ?? '') : `*.${to.suffix}`)),
    );
    groups.set(pack, group);
  }
  return [...groups.values()];
}

function lastProof(folder: string): PrivacyOverview['lastProof'] {
  if (!existsSync(folder)) return null;
  const file = readdirSync(folder)
    .filter((name) => /^egress-.*\.json$/u.test(name))
    .sort()
    .at(-1);
  if (file === undefined) return null;
  try {
    const { report } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as SignedReport;
    const guarded = report.tally.filter((one) => one.configuration !== 'control');
    return {
      at: report.createdAt,
      verdict: report.verdict,
      tried: guarded.find((one) => one.configuration === 'sealed')?.tried ?? 0,
      leaked: guarded.reduce((sum, one) => sum + one.leaked.length, 0),
      file,
    };
  } catch {
    // A report that was cut or edited by hand proves nothing; `stillroom egress verify` says what is wrong with it.
    return null;
  }
}

function readRecord(dataFolder: string): { events: AuditEvent[]; intact: boolean } {
  const path = join(dataFolder, auditFileName);
  if (!existsSync(path)) return { events: [], intact: true };
  const { events, brokenAt } = readAudit(path);
  return { events, intact: brokenAt === null };
}

function toRow(event: AuditEvent): PrivacyOverview['blocked'][number] {
  const { name, address, port, path } = event.target;
  const place = name ?? address ?? path ?? 'unknown';
  return {
    lastSeen: event.lastSeen,
    count: event.count,
    target: port === null ? place : `${place}:${port}`,
    rule: event.ruleId,
    layer: event.layer,
    by: event.caller ?? event.process.role,
  };
}
