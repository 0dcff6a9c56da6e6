/** `stillroom engine …`: which build of the native engine runs here, and making one for this very processor. */
import { parseArgs } from 'node:util';
import { amount } from '#models/fit.ts';
import { PullError } from '#models/pull/error.ts';
import { buildVerb } from '#server/cli/engine/build.ts';
import { cleanBuild } from '#server/cli/engine/clean.ts';
import { compareVerb } from '#server/cli/engine/compare.ts';
import { showStatus } from '#server/cli/engine/status.ts';
import type { EngineVerb } from '#server/cli/engine/verb.ts';
import { type CliIo, processIo } from '#server/cli/io.ts';
import { readConfig } from '#server/config.ts';
import { type EngineFolders, engineFolders } from '#server/engine/native-build.ts';
import { StillroomError } from '#server/errors.ts';

const help = `Usage: stillroom engine [command] [options]

  status [--json]   which build of the engine runs here, and why (default)
  build             make one for this processor, compare it with the prebuilt and keep the faster. Works offline from the
                    source in the engine library's package; the prebuilt stays. Takes minutes; docs/engine.md says what
                    it brings.
       --jobs N          compilers at a time (default: what cores and memory allow, about 0.65 GB each)
       --model NAME|FILE the model to compare on (default: the configured one, unless it is the demo,
                         else the largest here)
  compare           compare again, on another model: --model NAME|FILE
  clean             remove what "build" made

  --data FOLDER     the data folder (default: as "stillroom start")

Exit codes: 0 done · 1 it could not be done · 2 wrong usage · 130 interrupted
`;

const options = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  jobs: { type: 'string' },
  model: { type: 'string' },
  data: { type: 'string' },
} as const;

const verbs: Record<string, { run(verb: EngineVerb): number | Promise<number>; options: string[] }> = {
  status: { run: showStatus, options: ['json'] },
  build: { run: buildVerb, options: ['jobs', 'model'] },
  compare: { run: compareVerb, options: ['model'] },
  clean: { run: clean, options: [] },
};

/** @returns the exit code */
export async function engineCommand(
  args: string[],
  io: CliIo = processIo(),
  folders?: EngineFolders,
): Promise<number> {
  let parsed: ReturnType<
    typeof parseArgs<{ args: string[]; options: typeof options; allowPositionals: true }>
  >;
  try {
    parsed = parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    return wrongUsage(io, (error as Error).message);
  }
  const { values, positionals } = parsed;
  if (values.help === true) {
    io.out(help);
    return 0;
  }
  const [name = 'status', ...rest] = positionals;
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (verb === undefined || rest.length > 0) {
    return wrongUsage(io, `Unknown command "engine ${positionals.join(' ')}".`);
  }
  const unused = Object.keys(values).find((key) => key !== 'data' && !verb.options.includes(key));
  if (unused !== undefined) return wrongUsage(io, `--${unused} means nothing to "engine ${name}".`);
  const jobs = values.jobs === undefined ? null : Number(values.jobs);
  if (jobs !== null && !(Number.isInteger(jobs) && jobs >= 1)) {
    return wrongUsage(io, '--jobs takes a whole number from 1.');
  }
  try {
    return await verb.run({
      io,
      config: readConfig(io.env, io.workingFolder, values.data === undefined ? {} : { data: values.data }),
      folders: folders ?? engineFolders(),
      model: values.model ?? null,
      jobs,
      json: values.json === true,
    });
  } catch (error) {
    if (io.signal.aborted) {
      io.err('Interrupted. The prebuilt engine is as it was.\n');
      return 130;
    }
    if (!(error instanceof StillroomError) && !(error instanceof PullError)) throw error;
    io.err(`stillroom: ${error.message}\n`);
    return 1;
  }
}

function wrongUsage(io: CliIo, problem: string): number {
  io.err(`${problem}\nSee: stillroom engine --help\n`);
  return 2;
}

async function clean({ io, folders }: EngineVerb): Promise<number> {
  const freed = await cleanBuild(folders);
  io.out(
    freed === 0
      ? 'There is no native build here.\n'
      : `Removed the native build: ${amount(freed)} are free again. The prebuilt runs from the next start on.\n`,
  );
  return 0;
}
