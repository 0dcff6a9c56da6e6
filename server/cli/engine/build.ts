import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { usableMemory } from '#models/machine/memory.ts';
import { createBuildProgress } from '#server/cli/engine/build-progress.ts';
import { compareAndKeep } from '#server/cli/engine/compare.ts';
import { complaint, remedy } from '#server/cli/engine/compiler-output.ts';
import { StepFailed, withoutNetwork } from '#server/cli/engine/library-tool.ts';
import { lockBuilds } from '#server/cli/engine/lock.ts';
import { logName, makeBuild } from '#server/cli/engine/make-build.ts';
import {
  findProgram,
  folderProblem,
  type Jobs,
  missingTools,
  planJobs,
  usualJobs,
} from '#server/cli/engine/needs.ts';
import type { EngineVerb } from '#server/cli/engine/verb.ts';
import { duration } from '#server/cli/progress.ts';
import type { BuildRecord } from '#server/engine/native-build.ts';
import { thisProcessor } from '#server/engine/native-build-cpu.ts';

/** @returns the exit code */
export async function buildVerb(verb: EngineVerb): Promise<number> {
  const { io, folders } = verb;
  const problems = obstacles(verb);
  const jobs = planJobs(verb.jobs, usualJobs(), usableMemory(), findProgram('ninja', io.env) !== null);
  if (typeof jobs === 'string') problems.push(jobs);
  if (problems.length > 0 || typeof jobs === 'string') {
    io.err(`${problems.join('\n')}\n`);
    return 1;
  }
  const lock = await lockBuilds(folders);
  try {
    const record = await make(verb, jobs);
    if (record === null) return 1;
    await compareAndKeep(verb, record);
    return 0;
  } finally {
    lock.release();
  }
}

function obstacles({ io, folders }: EngineVerb): string[] {
  if (process.platform !== 'linux') {
    return ['A native build is made on Linux only so far; the prebuilt engine is what runs here.'];
  }
  const problem = folderProblem(folders);
  return [...missingTools(io.env), ...(problem === null ? [] : [problem])];
}

async function make({ io, folders }: EngineVerb, jobs: Jobs): Promise<BuildRecord | null> {
  const prefix = withoutNetwork();
  const log = join(folders.builds, logName);
  const each = jobs.jobs === 1 ? 'one compiler' : `${jobs.jobs} compilers at a time`;
  io.err(
    `Building the engine for this processor (${thisProcessor().model}) with ${each}. The prebuilt stays.\n` +
      `Network: ${prefix.length > 0 ? 'none, the build runs in an empty network namespace' : 'not needed; no namespace can be made here, so git and npm are told to stay offline'}.\nLog: ${log}\n`,
  );
  writeFileSync(log, '');
  const progress = createBuildProgress(io);
  try {
    const onLine = (line: string) => progress.line(line);
    const record = await makeBuild({ folders, env: io.env, jobs, prefix, log, signal: io.signal, onLine });
    progress.finish();
    io.err(`Built in ${duration(record.buildSeconds)}.\n`);
    return record;
  } catch (error) {
    progress.finish();
    if (!(error instanceof StepFailed)) throw error;
    const advice = remedy(error.lines);
    io.err(
      `${complaint(error.lines).join('\n')}\n\nThe build failed: ${error.message}. The prebuilt engine is as it was. All of the output: ${log}\n${advice === null ? '' : `${advice}\n`}`,
    );
    return null;
  }
}
