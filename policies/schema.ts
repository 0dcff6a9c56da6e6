/**
 * The policy file, version 1, and the packs it refers to. Data only: a policy that were code could not be exported to
 * a firewall. Unknown keys are errors, because a mistyped key that is ignored is a hole.
 */
import { z } from 'zod';
import { parseCidr } from './addresses.ts';
import { canonicalHost } from './hosts.ts';

/** Stored canonical, so that every later comparison is a plain string comparison. */
const HostName = z.string().transform((text, context) => {
  const host = canonicalHost(text);
  if (host.kind === 'name') return host.name;
  const problem = host.kind === 'address' ? 'is an address; use "cidr" for addresses' : host.problem;
  context.issues.push({ code: 'custom', message: `host name "${text}" ${problem}`, input: text });
  return z.NEVER;
});

const CidrText = z
  .string()
  .refine(
    (text) => parseCidr(text) !== null,
    'is not an address or network in CIDR form (or has host bits set)',
  );

const Port = z.int().min(1).max(65_535);
const Identifier = z.string().regex(/^[a-z0-9][a-z0-9.:_-]{1,95}$/u, 'use 2 to 96 of a-z 0-9 . : _ -');
const Certainty = z.enum(['high', 'medium', 'low']);
const AbsolutePath = z.string().startsWith('/', 'must be an absolute path');

export const phases = ['serve', 'pull'] as const;
const Phase = z.enum(phases);
export type Phase = z.infer<typeof Phase>;

/** What a rule speaks of: exactly one of a name with everything below it, one exact name, or a network. */
const Target = z
  .strictObject({
    suffix: HostName.optional(),
    name: HostName.optional(),
    cidr: CidrText.optional(),
    /** Absent = every port. */
    ports: z.array(Port).min(1).optional(),
  })
  .refine(
    (target) => [target.suffix, target.name, target.cidr].filter((value) => value !== undefined).length === 1,
    'give exactly one of "suffix", "name", "cidr"',
  );
export type Target = z.infer<typeof Target>;

const Rule = z
  .strictObject({
    id: Identifier,
    reason: z.string().min(8),
    action: z.enum(['deny', 'allow']),
    /** `report` notes the match and changes nothing; only a deny can be tried out this way. */
    mode: z.enum(['enforce', 'report']).default('enforce'),
    phases: z
      .array(Phase)
      .min(1)
      .default([...phases]),
    to: z.array(Target).min(1),
    source: z.string().optional(),
    certainty: Certainty.optional(),
    expires: z.iso.datetime().optional(),
  })
  .refine(
    (rule) => !(rule.action === 'allow' && rule.mode === 'report'),
    '"allow" with "report" has no meaning',
  );

const packNames = [
  'deepseek-official',
  'deepseek-telemetry',
  'official-api-relays',
  'hosted-llm',
  'lookalikes',
] as const;
const PackName = z.enum(packNames);
export type PackName = z.infer<typeof PackName>;

const PackUse = z.strictObject({ name: PackName, mode: z.enum(['enforce', 'report']) });

const Redirect = z.strictObject({
  enabled: z.boolean().default(false),
  /** Names answered with the gateway's address instead of being refused. */
  names: z.array(HostName).min(1),
  address: z.ipv4(),
});

const EmbeddedTest = z.strictObject({
  target: z.string(),
  phase: Phase.default('serve'),
  expect: z.enum(['deny', 'allow']),
  /** Rule that must decide. */
  rule: z.string().optional(),
});

export const Policy = z.strictObject({
  schema: z.literal('stillroom.policy/1'),
  id: Identifier,
  version: z.string().min(1),
  /** There is no other default. The key is written out so that a reader of the file sees it. */
  default: z.literal('deny'),
  loopback: z.strictObject({ ports: z.array(Port).default([]) }).default({ ports: [] }),
  /** Unix sockets that may be connected to. */
  sockets: z.array(AbsolutePath).default([]),
  /** Programs that may be started besides the own engine process. */
  exec: z.array(AbsolutePath).default([]),
  /** Folders whose native addons may be loaded, besides the engine's own packages. */
  addons: z.array(AbsolutePath).default([]),
  packs: z.array(PackUse).default([]),
  rules: z.array(Rule).default([]),
  redirect: Redirect.optional(),
  tests: z.array(EmbeddedTest).min(1),
});
export type Policy = z.infer<typeof Policy>;

const PackEntry = z
  .strictObject({
    id: Identifier,
    suffix: HostName.optional(),
    name: HostName.optional(),
    role: z.string().min(3),
    source: z.string().min(3),
    /** When it was observed, as precise as the source is; when the source gives no date, the day it was read. */
    date: z.string().regex(/^\d{4}(-\d{2}(-\d{2})?)?$/u),
    certainty: Certainty,
    /** Hosts below a suffix that were seen; for reviewers and for formats without wildcards. */
    seen: z.array(z.strictObject({ name: HostName, role: z.string(), source: z.string() })).optional(),
  })
  .refine((entry) => (entry.suffix === undefined) !== (entry.name === undefined), 'give "suffix" or "name"');

export const Pack = z.strictObject({
  schema: z.literal('stillroom.pack/1'),
  name: PackName,
  title: z.string(),
  description: z.string(),
  entries: z.array(PackEntry).min(1),
});
export type Pack = z.infer<typeof Pack>;
