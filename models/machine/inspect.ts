/** Everything the doctor looks at, in one record. */
import { execFile } from 'node:child_process';
import os from 'node:os';
import { promisify } from 'node:util';
import { type BoardState, clockNote, readBoard } from './board.ts';
import { enginePackages } from './engine-packages.ts';
import { type SystemFiles, systemFiles } from './files.ts';
import { type Accelerator, findAccelerators } from './gpu.ts';
import { type Isolation, readIsolation } from './isolation.ts';
import { type Memory, readMemory } from './memory.ts';
import { type Processor, readProcessor } from './processor.ts';
import { readStorage, type Storage } from './storage.ts';

export interface Machine {
  readonly system: string;
  /** Version of the C library; null on systems without glibc, where the engine's binaries don't run. */
  readonly glibc: string | null;
  readonly node: string;
  readonly processor: Processor;
  readonly memory: Memory;
  readonly storage: Storage;
  readonly accelerators: readonly Accelerator[];
  readonly isolation: Isolation;
  readonly board: BoardState;
  readonly clock: string | null;
}

const run = promisify(execFile);

export async function inspectMachine(
  dataFolder: string,
  files: SystemFiles = systemFiles(),
): Promise<Machine> {
  const nvidiaSmi = await output('nvidia-smi', [
    '--query-gpu=name,memory.total',
    '--format=csv,noheader,nounits',
  ]);
  const throttled = await output('vcgencmd', ['get_throttled']);
  return {
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    glibc: glibcVersion(),
    node: process.version,
    processor: readProcessor(files),
    memory: readMemory(files),
    storage: readStorage(files, dataFolder),
    accelerators: findAccelerators(files, {
      platform: process.platform,
      architecture: os.arch(),
      nvidiaSmi,
      enginePackages,
    }),
    isolation: readIsolation(files),
    board: readBoard(files, throttled),
    clock: clockNote(new Date(), files),
  };
}

/** Output of a program of the system; null when it is not there, fails, or does not answer within 5 seconds. */
async function output(program: string, args: string[]): Promise<string | null> {
  try {
    return (await run(program, args, { timeout: 5000 })).stdout.trim();
  } catch {
    return null;
  }
}

function glibcVersion(): string | null {
  // The report would otherwise look up the names of open connections.
  const report = process.report as typeof process.report & { excludeNetwork: boolean };
  report.excludeNetwork = true;
  const { header } = report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime ?? null;
}
