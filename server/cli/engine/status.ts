import { amount } from '#models/fit.ts';
import type { EngineVerb } from '#server/cli/engine/verb.ts';
import { engineInUse, gainText, speeds } from '#server/cli/engine/words.ts';
import { duration } from '#server/cli/progress.ts';
import { table } from '#server/cli/table.ts';
import { resolveGpu } from '#server/engine/gpu.ts';
import { buildProblem, installedVersions, planBuild, readBuildRecord } from '#server/engine/native-build.ts';

/** Which build a large model would run on: small ones never leave the processor. @returns the exit code */
export function showStatus({ io, config, folders, json }: EngineVerb): number {
  const gpu = resolveGpu(config.gpu, Number.POSITIVE_INFINITY);
  const record = readBuildRecord(folders);
  const problem = record === null ? null : buildProblem(folders, record);
  const versions = installedVersions(folders);
  if (json) {
    const plan = planBuild(config.engine, gpu, folders);
    io.out(
      `${JSON.stringify({ runs: plan.use === 'native' ? 'native' : 'prebuilt', why: plan.why, versions, problem, record }, null, 2)}\n`,
    );
    return 0;
  }
  const rows: string[][] = [
    ['Runs', engineInUse(config.engine, gpu, folders)],
    ['Versions', `node-llama-cpp ${versions.library}, llama.cpp ${versions.llamaCpp}`],
  ];
  if (record === null) {
    rows.push(['Native build', 'none; "stillroom engine build" makes one']);
  } else {
    const bytes = Object.values(record.files).reduce((sum, size) => sum + size, 0);
    rows.push([
      'Native build',
      `${record.builtAt.slice(0, 10)} in ${duration(record.buildSeconds)}, ${amount(bytes)}, for ${record.processor.model}`,
    ]);
    if (record.trial !== null) {
      const { threads, rounds, prebuilt, native } = record.trial;
      rows.push(
        [
          'Compared',
          `${gainText(record.trial)}, ${threads} ${threads === 1 ? 'thread' : 'threads'}, medians of ${rounds} rounds`,
        ],
        ['  prebuilt', speeds(prebuilt)],
        ['  native', speeds(native)],
      );
    }
  }
  io.out(table(rows));
  return 0;
}
