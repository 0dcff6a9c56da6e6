/** `stillroom egress …`: the proof that nothing leaves, and the record of what tried. */
import { existsSync, mkdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type CliIo, processIo } from '#server/cli/io.ts';
import { modelPath } from '#server/cli/model-path.ts';
import { table } from '#server/cli/table.ts';
import { readConfig } from '#server/config.ts';
import { type AuditEvent, auditFileName, readAudit } from '#server/egress/audit.ts';
import { loadPolicyInForce } from '#server/egress/launcher.ts';
import { attemptGroups, attempts } from '#server/egress/prove/attempts/all.ts';
import { type AttemptResult, configurations } from '#server/egress/prove/matrix.ts';
import { namespaceProblem } from '#server/egress/prove/namespace.ts';
import { quickAttempts, runInNamespace, type Tally } from '#server/egress/prove/prove.ts';
import { makeReport, type SignedReport, signReport, verifyReport } from '#server/egress/prove/report.ts';
import { probeSealed } from '#server/egress/prove/seal-only.ts';
import { StillroomError } from '#server/errors.ts';

const help = `Usage: stillroom egress <command> [options]

  prove                  try every way out, against a fake internet in an own network namespace. Needs no root.
                         First without any guard (they must get out, or the silence later means nothing), then with
                         the guard, with the kernel seal, with both, and the whole sealed product under load.
                         Seal and product have the policy of STILLROOM_POLICY, as "stillroom start" would.
       --quick           one or two ways of each kind (seconds instead of minutes)
       --model NAME|FILE the model the product runs (default: the demo model)
       --matrix-only     leave the product out
       --report FILE     where the signed report goes (default: DATA/proofs/)
       --json            print the report, or what is known of the seal alone, instead of the table
  verify FILE            check the signature of a report
  watch [--once]         blocked attempts as they are recorded; --once: print the record and end
       --json            each as it is in the record

  --data FOLDER          the data folder (default: as "stillroom start")

Exit codes of prove: 0 nothing got out · 1 something did, or the proof is worthless · 2 wrong usage
                     3 no namespaces here: only the seal was checked
`;

const options = {
  help: { type: 'boolean', short: 'h' },
  data: { type: 'string' },
  quick: { type: 'boolean' },
  model: { type: 'string' },
  'matrix-only': { type: 'boolean' },
  report: { type: 'string' },
  json: { type: 'boolean' },
  once: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parse>['values'];

function parse(args: string[]) {
  return parseArgs({ args, options, allowPositionals: true });
}

/** @returns the exit code */
export async function egressCommand(args: string[], io: CliIo = processIo()): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    io.err(`${(error as Error).message}\nSee: stillroom egress --help\n`);
    return 2;
  }
  const [verb, ...rest] = parsed.positionals;
  if (parsed.values.help === true || verb === undefined) {
    io.out(help);
    return parsed.values.help === true ? 0 : 2;
  }
  try {
    if (verb === 'prove') return await prove(parsed.values, io);
    if (verb === 'verify') return verifyFile(rest[0], io);
    if (verb === 'watch') return await watchRecord(parsed.values, io);
  } catch (error) {
    if (error instanceof StillroomError) throw error;
    io.err(`stillroom: ${(error as Error).message}\n`);
    return 1;
  }
  io.err(`Unknown command "egress ${verb}".\nSee: stillroom egress --help\n`);
  return 2;
}

function dataFolder(values: Values, io: CliIo): string {
  return readConfig(io.env, io.workingFolder, values.data === undefined ? {} : { data: values.data }).data;
}

/** Where sentences go: with --json, standard output is for programs. */
function proseOut(values: Values, io: CliIo): (text: string) => void {
  return values.json === true ? (text) => io.err(text) : (text) => io.out(text);
}

async function prove(values: Values, io: CliIo): Promise<number> {
  const policy = loadPolicyInForce(io.env);
  const problem = namespaceProblem();
  if (problem !== null) return proveSealOnly(problem, values, io);

  const only = values.quick === true ? quickAttempts : null;
  const total = (only ?? attempts).length * configurations.length;
  let count = 0;
  const result = await runInNamespace(
    {
      configurations: [...configurations],
      only,
      product: values['matrix-only'] === true ? null : { model: await modelFor(values, io) },
      policy: io.env.STILLROOM_POLICY ? resolve(io.workingFolder, io.env.STILLROOM_POLICY) : null,
    },
    (attempt) => {
      count += 1;
      if (io.isTerminal)
        io.err(
          `\r${count}/${total} ${attempt.configuration} ${attempt.id}`.padEnd(70).slice(0, io.columns - 1),
        );
    },
  );
  if (io.isTerminal) io.err(`\r${' '.repeat(Math.min(70, io.columns - 1))}\r`);

  const data = dataFolder(values, io);
  const version = (
    JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  ).version;
  const signed = signReport(makeReport(result, policy, version), join(data, 'keys', 'egress-proof.pem'));
  const path =
    values.report ?? join(data, 'proofs', `egress-${signed.report.createdAt.replace(/[:.]/gu, '-')}.json`);
  if (values.report === undefined) mkdirSync(join(data, 'proofs'), { recursive: true, mode: 0o700 });
  const text = `${JSON.stringify(signed, null, 2)}\n`;
  writeFileSync(path, text);
  io.out(values.json === true ? text : describe(signed, path));
  return signed.report.verdict === 'proven' ? 0 : 1;
}

/** The product runs with folders of its own, so names and paths must not depend on these. */
async function modelFor(values: Values, io: CliIo): Promise<string | null> {
  const { model } = values;
  if (model === undefined) return null;
  const path = resolve(io.workingFolder, model);
  return existsSync(path) ? path : modelPath(model, dataFolder(values, io), io.workingFolder);
}

async function proveSealOnly(problem: string, values: Values, io: CliIo): Promise<number> {
  const say = proseOut(values, io);
  say(`No fake internet can be built here: ${problem}.\nOnly the seal itself is checked.\n`);
  if (values.report !== undefined) say('No report is written: it would be about the whole proof.\n');
  const reading = await probeSealed();
  if (values.json === true) io.out(`${JSON.stringify({ problem, seal: reading }, null, 2)}\n`);
  if (reading === null) {
    say('The kernel seal could not be applied on this system.\n');
    return 1;
  }
  const yesNo = (value: boolean) => (value ? 'yes' : 'NO');
  say(
    table([
      ['seccomp filter in force (/proc/self/status)', yesNo(reading.seccomp)],
      ['no_new_privs set', yesNo(reading.noNewPrivileges)],
      ['TCP connect refused by the kernel', yesNo(reading.connectRefused)],
      ['UDP socket refused by the kernel', yesNo(reading.udpRefused)],
    ]),
  );
  return reading.seccomp && reading.connectRefused && reading.udpRefused ? 3 : 1;
}

const explanations: Record<string, string> = {
  control: 'nothing guards (must get out)',
  guarded: 'in-process guard, one destination allowed',
  kernel: 'kernel seal alone, FFI open',
  sealed: 'as Stillroom starts: seal and guard',
};

function describe({ report, signature }: SignedReport, path: string): string {
  const { result, tally, product, system, policy } = report;
  const groups = Object.keys(attemptGroups);
  const cell = (own: AttemptResult[]) => {
    const made = own.filter((attempt) => attempt.leaked !== null);
    return `${made.filter((attempt) => attempt.leaked).length}/${made.length}`;
  };
  const rows = tally.map(({ configuration, tried, leaked }: Tally) => [
    configuration,
    ...groups.map((group) =>
      cell(
        result.attempts.filter(
          (attempt) => attempt.configuration === configuration && attempt.group === group,
        ),
      ),
    ),
    `${leaked.length} of ${tried}`,
    explanations[configuration] ?? '',
  ]);
  const missing = tally.find(({ configuration }) => configuration === 'control')?.notPossible ?? [];
  const run = result.product;
  return [
    `Stillroom ${product.version} on Node ${product.node}, Linux ${system.kernel} ${system.architecture}, user ${system.user}`,
    `Policy ${policy.id} ${policy.version}, sha256 ${policy.sha256}`,
    '',
    'What reached the fake internet, of the ways tried:',
    table([['', ...groups, 'all', ''], ...rows]).trimEnd(),
    ...(missing.length > 0 ? [`Not possible on this system: ${missing.join(', ')}`] : []),
    ...(run === null
      ? []
      : [
          '',
          run.problem === null
            ? `The whole product, level "${run.level}": ${run.answered} of ${run.chats} chats answered, ${run.arrivals.length} messages outside, ${run.udpSent} UDP datagrams; ` +
              run.seals.map(({ role, filters }) => `${role} under ${filters} seccomp filter(s)`).join(', ')
            : `The product did not run: ${run.problem}`,
        ]),
    '',
    report.verdict === 'proven'
      ? 'PROVEN: nothing got out.'
      : `NOT PROVEN:\n${report.objections.map((line) => `  ${line}`).join('\n')}`,
    `Report ${path}`,
    `signed by ${signature.fingerprint}`,
    '',
  ].join('\n');
}

function verifyFile(path: string | undefined, io: CliIo): number {
  if (path === undefined) {
    io.err('Name the report: stillroom egress verify FILE\n');
    return 2;
  }
  const signed = JSON.parse(readFileSync(path, 'utf8')) as SignedReport;
  const valid = verifyReport(signed);
  io.out(
    valid
      ? `The report is unchanged since ${signed.signature.fingerprint} signed it on ${signed.report.createdAt}: ${signed.report.verdict}.\nCompare the fingerprint with the one you noted; anybody can sign with a key of their own.\n`
      : 'The report was changed after it was signed, or the signature is not its own.\n',
  );
  return valid ? 0 : 1;
}

async function watchRecord(values: Values, io: CliIo): Promise<number> {
  const path = join(dataFolder(values, io), auditFileName);
  let shown = 0;
  const show = (): boolean => {
    if (!existsSync(path)) return true;
    const { events, brokenAt } = readAudit(path);
    // Rotated: start over.
    if (events.length < shown) shown = 0;
    for (const event of events.slice(shown))
      io.out(values.json === true ? `${JSON.stringify(event)}\n` : line(event));
    shown = events.length;
    if (brokenAt !== null)
      io.err(`The record was changed: line ${brokenAt} does not match the hash chain (${path}).\n`);
    return brokenAt === null;
  };
  const intact = show();
  if (shown === 0) proseOut(values, io)(`No attempt has been blocked so far (${path}).\n`);
  if (values.once === true) return intact ? 0 : 1;
  mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
  const watcher = watch(join(path, '..'), (_event, name) => {
    if (name === auditFileName) show();
  });
  await new Promise<void>((resolve) => {
    if (io.signal.aborted) resolve();
    else io.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  watcher.close();
  return 0;
}

function line({ ts, ruleId, layer, target, count, process: source, caller }: AuditEvent): string {
  const host = target.path ?? target.name ?? target.address ?? '?';
  const where = target.port === null ? host : `${host}:${target.port}`;
  return `${ts}  ${layer.padEnd(6)}  ${where}  ${ruleId}  ×${count}  ${source.role} ${source.pid}${caller === null ? '' : `  ${caller}`}\n`;
}
