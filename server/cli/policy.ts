/** `stillroom policy …`: look at, test and hand out the network policy. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultExportOptions, ExportError, exporters, exportPolicy } from '#policies/exporters/all.ts';
import {
  defaultPolicyText,
  type LoadedPolicy,
  loadPolicy,
  PolicyError,
  runEmbeddedTests,
} from '#policies/load.ts';
import { type Phase, phases } from '#policies/schema.ts';
import type { ServerInfo } from '#server/api/app/contract.ts';
import { type CliIo, processIo } from '#server/cli/io.ts';
import { diffText, explainText } from '#server/cli/policy-text.ts';
import { table } from '#server/cli/table.ts';
import { readConfig } from '#server/config.ts';
import { allowedDestinations } from '#server/egress/status.ts';
import { StillroomError } from '#server/errors.ts';

const help = `Usage: stillroom policy <command> [options]

  check                  validate the policy, run its tests, warn of what is probably not meant
  test                   run the tests the policy carries, one line each
  explain TARGET         what would happen to a URL, host, host:port or address, and why
       --phase PHASE     serve or pull (default: serve)
  export FORMAT          write the policy for other gear
       --out FILE        default: standard output
       --mode MODE       block, or redirect: the gateway answers instead of the cloud
                         (default: block, unless the policy enables redirect and the format can)
       --gateway ADDRESS redirect: IPv4 address of the gateway
       --name NAME       redirect: a name it answers for; may be repeated (default: api.deepseek.com)
       --include-report  take report-only packs and rules too
       --uid N           nftables: user that Stillroom runs as (default: ${defaultExportOptions.uid})
       --squid-openssl   squid: also look at TLS server names
       --selector K=V    kubernetes: label of the pods (default: ${defaultExportOptions.selector})
  diff OLD               what changed since another policy file
  status [--url URL]     the seal in force of the running gateway, and the policy of this command line
                         (which policy the gateway has: /api/privacy)

  --policy FILE          default: STILLROOM_POLICY, else the policy shipped with Stillroom

Formats: ${exporters.map(({ format }) => format).join(', ')}
`;

const options = {
  help: { type: 'boolean', short: 'h' },
  policy: { type: 'string' },
  phase: { type: 'string' },
  out: { type: 'string' },
  mode: { type: 'string' },
  gateway: { type: 'string' },
  name: { type: 'string', multiple: true },
  'include-report': { type: 'boolean' },
  uid: { type: 'string' },
  'squid-openssl': { type: 'boolean' },
  selector: { type: 'string' },
  url: { type: 'string' },
} as const;

type Values = ReturnType<typeof parse>['values'];

function parse(args: string[]) {
  return parseArgs({ args, options, allowPositionals: true });
}

class UsageError extends Error {}

/** @returns the exit code: 0 fine, 1 the policy or the export is not, 2 wrong usage */
export async function policyCommand(args: string[], io: CliIo = processIo()): Promise<number> {
  try {
    const { values, positionals } = parse(args);
    const [verb, operand] = positionals;
    if (values.help === true || verb === undefined) {
      io.out(help);
      return values.help === true ? 0 : 2;
    }
    return await run(verb, operand, values, io);
  } catch (error) {
    if (error instanceof StillroomError) throw error;
    const wrongUsage =
      error instanceof UsageError ||
      (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') === true;
    if (
      !wrongUsage &&
      !(error instanceof PolicyError) &&
      !(error instanceof ExportError) &&
      !isFileError(error)
    )
      throw error;
    io.err(`stillroom: ${(error as Error).message}\n${wrongUsage ? 'See: stillroom policy --help\n' : ''}`);
    return wrongUsage ? 2 : 1;
  }
}

function isFileError(error: unknown): boolean {
  return typeof (error as NodeJS.ErrnoException).syscall === 'string';
}

async function run(verb: string, operand: string | undefined, values: Values, io: CliIo): Promise<number> {
  const path = values.policy ?? io.env.STILLROOM_POLICY;
  const policy =
    path === undefined || path === ''
      ? loadPolicy(defaultPolicyText, 'shipped with Stillroom', Date.now())
      : loadFile(path);
  switch (verb) {
    case 'check':
      return check(policy, io);
    case 'test':
      return test(policy, io);
    case 'explain':
      io.out(explainText(policy, required(operand, 'explain TARGET'), phaseOf(values.phase), Date.now()));
      return 0;
    case 'export':
      return writeExport(policy, required(operand, 'export FORMAT'), values, io);
    case 'diff':
      io.out(diffText(loadFile(required(operand, 'diff OLD')), policy));
      return 0;
    case 'status':
      return status(policy, values, io);
    default:
      throw new UsageError(`Unknown command "policy ${verb}".`);
  }
}

function loadFile(path: string): LoadedPolicy {
  return loadPolicy(readFileSync(path, 'utf8'), path, Date.now());
}

function required(operand: string | undefined, usage: string): string {
  if (operand === undefined) throw new UsageError(`Something is missing: stillroom policy ${usage}`);
  return operand;
}

function phaseOf(text = 'serve'): Phase {
  const phase = phases.find((known) => known === text);
  if (phase === undefined)
    throw new UsageError(`There is no phase "${text}"; there are ${phases.join(', ')}.`);
  return phase;
}

function identity({ policy, compiled }: LoadedPolicy): string {
  return `Policy ${policy.id}, version ${policy.version}, sha256 ${compiled.sha256}\n`;
}

function check(loaded: LoadedPolicy, io: CliIo): number {
  const { compiled, policy, packs, warnings } = loaded;
  const count = (filter: (rule: (typeof compiled.rules)[number]) => boolean) =>
    compiled.rules.filter(filter).length;
  io.out(
    identity(loaded) +
      `${count((rule) => rule.action === 'deny' && rule.mode === 'enforce')} denies enforced, ${count((rule) => rule.mode === 'report')} report-only, ${count((rule) => rule.action === 'allow')} allows, everything else denied\n` +
      `Packs: ${packs.map(({ pack, mode }) => `${pack.name} (${mode})`).join(', ')}\n` +
      `${policy.tests.length} of ${policy.tests.length} tests hold\n` +
      warnings.map((warning) => `Warning: ${warning}\n`).join('') +
      'The policy is valid.\n',
  );
  return 0;
}

/** A policy whose tests fail does not load, so every line here says ok; the value is in seeing what was tested. */
function test({ policy, compiled }: LoadedPolicy, io: CliIo): number {
  const results = runEmbeddedTests(policy, compiled, Date.now());
  io.out(
    table(
      results.map(({ test: embedded, decision, ok }) => [
        ok ? 'ok' : 'FAILED',
        embedded.target,
        embedded.phase,
        decision.decision,
        decision.ruleId,
      ]),
    ),
  );
  return results.every(({ ok }) => ok) ? 0 : 1;
}

function writeExport(policy: LoadedPolicy, format: string, values: Values, io: CliIo): number {
  const { redirect } = policy.policy;
  const isWanted =
    redirect?.enabled === true &&
    exporters.some((exporter) => exporter.format === format && exporter.supportsRedirect);
  const mode = values.mode ?? (isWanted ? 'redirect' : 'block');
  if (mode !== 'block' && mode !== 'redirect')
    throw new UsageError(`There is no mode "${mode}"; there are block and redirect.`);
  const uid = values.uid === undefined ? defaultExportOptions.uid : Number(values.uid);
  if (!Number.isInteger(uid) || uid < 0) throw new UsageError(`--uid takes a number, not "${values.uid}".`);
  const { text, limits } = exportPolicy(policy, format, {
    mode,
    gateway: values.gateway ?? redirect?.address ?? null,
    names: values.name ?? redirect?.names ?? defaultExportOptions.names,
    includeReport: values['include-report'] === true,
    uid,
    squidOpenssl: values['squid-openssl'] === true,
    selector: values.selector ?? defaultExportOptions.selector,
  });
  if (values.out === undefined) io.out(text);
  else {
    mkdirSync(dirname(values.out), { recursive: true });
    writeFileSync(values.out, text);
    io.out(`Wrote ${values.out}\n`);
  }
  // Formats without comments can't say it in the file.
  if (!text.includes(limits[0] ?? text)) io.err(limits.map((limit) => `${limit}\n`).join(''));
  return 0;
}

async function status(loaded: LoadedPolicy, values: Values, io: CliIo): Promise<number> {
  const config = readConfig(io.env, io.workingFolder);
  const url =
    values.url ?? `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${config.port}`;
  io.out(identity(loaded));
  const allowed = allowedDestinations(loaded.compiled);
  io.out(`Allowed while serving: ${allowed.length === 0 ? 'nothing' : allowed.join(', ')}\n`);
  try {
    const response = await fetch(`${url}/api/info`);
    const { egress } = (await response.json()) as ServerInfo;
    io.out(
      `Gateway at ${url}: ${egress.level}. ${egress.sentence}\n` +
        `It allows ${egress.allowed.length === 0 ? 'nothing' : egress.allowed.join(', ')}; ${egress.blockedAttempts} attempts blocked since it started.\n`,
    );
    return 0;
  } catch {
    io.err(
      `No gateway answers at ${url}; what is in force can only be read from a running one. Start it, or give its address with --url.\n`,
    );
    return 1;
  }
}
