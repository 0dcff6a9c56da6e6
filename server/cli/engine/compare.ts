import { join } from 'node:path';
import { listModels } from '#models/library.ts';
import { tryBuilds } from '#server/cli/engine/trial.ts';
import type { EngineVerb } from '#server/cli/engine/verb.ts';
import { gainText, speeds } from '#server/cli/engine/words.ts';
import { modelPath } from '#server/cli/model-path.ts';
import { checkModelFile } from '#server/engine/model-file.ts';
import {
  type BuildRecord,
  buildProblem,
  readBuildRecord,
  writeBuildRecord,
} from '#server/engine/native-build.ts';
import { fasterBuild } from '#server/engine/native-build-trial.ts';
import { StillroomError } from '#server/errors.ts';

const contextTokens = 1024;

/** @returns the exit code */
export async function compareVerb(verb: EngineVerb): Promise<number> {
  const record = readBuildRecord(verb.folders);
  const problem = record === null ? 'there is none' : buildProblem(verb.folders, record);
  if (record === null || problem !== null) {
    throw new StillroomError(
      'config_invalid',
      `The native build can't be compared: ${problem}. Run "stillroom engine build".`,
    );
  }
  await compareAndKeep(verb, record);
  return 0;
}

/**
 * Measures both and records which one is to be used.
 * @throws StillroomError when one of them can't run the model; the record stays as it was
 */
export async function compareAndKeep(verb: EngineVerb, record: BuildRecord): Promise<void> {
  const { io, folders } = verb;
  const path = await chosenModel(verb);
  io.err(`Comparing both on ${path}; other programs should rest meanwhile …\n`);
  const trial = await tryBuilds({
    modelPath: path,
    modelBytes: checkModelFile(path),
    contextTokens,
    signal: io.signal,
    onRound: (round, build, speed) => io.err(`  ${round}  ${build.padEnd(8)}  ${speeds(speed)}\n`),
  });
  const use = fasterBuild(trial);
  writeBuildRecord(folders, { ...record, trial, use });
  io.out(
    use === 'native'
      ? `The native build is ${gainText(trial)}. It runs from the next start on.\n`
      : `The native build is ${gainText(trial)}, which is not worth it. The prebuilt goes on running; "stillroom engine clean" frees the disk.\n`,
  );
}

async function chosenModel({ io, config, model }: EngineVerb): Promise<string> {
  if (model !== null) return modelPath(model, config.data, io.workingFolder);
  if (config.model !== 'demo') return modelPath(config.model, config.data, io.workingFolder);
  const largest = (await listModels(join(config.data, 'models'))).toSorted((a, b) => b.bytes - a.bytes)[0];
  return largest?.path ?? modelPath('demo', config.data, io.workingFolder);
}
