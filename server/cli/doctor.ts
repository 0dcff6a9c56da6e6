/** `stillroom doctor`: what this machine is, what fits it, how fast it will be, and whether that came true. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { adviseModels, recommend } from '#models/advice.ts';
import { modelId } from '#models/card.ts';
import { fitModel, smallestUsefulContext } from '#models/fit.ts';
import { fileFitInput } from '#models/fit-input.ts';
import { GgufError } from '#models/gguf/error.ts';
import { readGguf } from '#models/gguf/read.ts';
import { listModels } from '#models/library.ts';
import { measureSpeed } from '#models/machine/bandwidth.ts';
import { inspectMachine } from '#models/machine/inspect.ts';
import { predictSpeed } from '#models/predict.ts';
import { PullError } from '#models/pull/error.ts';
import { fileWeights } from '#models/weights.ts';
import { measureModel } from '#server/cli/doctor/measure.ts';
import { type Comparison, type DoctorReport, renderReport } from '#server/cli/doctor/render.ts';
import { engineInUse, engineSentence } from '#server/cli/engine/words.ts';
import { type CliIo, processIo } from '#server/cli/io.ts';
import { modelPath } from '#server/cli/model-path.ts';
import { type Config, readConfig } from '#server/config.ts';
import { calibrationKey, rememberedThreads } from '#server/engine/calibration.ts';
import { resolveGpu } from '#server/engine/gpu.ts';
import { engineFolders } from '#server/engine/native-build.ts';
import { defaultThreads } from '#server/engine/threads.ts';
import { StillroomError } from '#server/errors.ts';

const help = `Usage: stillroom doctor [options]

Looks at this machine, measures how fast it reads memory and multiplies (about 5 seconds), and says for every model of the
catalogue whether it fits, how fast it will be and how long a reasoning answer takes. Nothing is downloaded or changed.

  --measure NAME     also run a model that is here and compare: a name, "demo", or the path of a GGUF file
  --context N        context tokens per slot to plan for (default: 8192)
  --slots N          answers at the same time to plan for (default: 2)
  --data FOLDER      the data folder (default: as "stillroom start")
  --json             the same as JSON
`;

const options = {
  help: { type: 'boolean', short: 'h' },
  measure: { type: 'string' },
  context: { type: 'string' },
  slots: { type: 'string' },
  data: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const defaultSetting = { contextTokens: 8192, slots: 2 };
/** As for the setting "slots". */
const mostSlots = 64;

/** @returns the exit code: 0 done, 1 something asked for could not be done, 2 wrong usage */
export async function doctorCommand(args: string[], io: CliIo = processIo()): Promise<number> {
  let values: ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];
  try {
    values = parseArgs({ args, options }).values;
  } catch (error) {
    io.err(`${(error as Error).message}\nSee: stillroom doctor --help\n`);
    return 2;
  }
  if (values.help === true) {
    io.out(help);
    return 0;
  }
  const setting = {
    contextTokens: wholeNumber(values.context, smallestUsefulContext) ?? defaultSetting.contextTokens,
    slots: wholeNumber(values.slots, 1, mostSlots) ?? defaultSetting.slots,
  };
  if (Number.isNaN(setting.contextTokens) || Number.isNaN(setting.slots)) {
    io.err(
      `--context takes a whole number from ${smallestUsefulContext}, --slots one from 1 to ${mostSlots}.\nSee: stillroom doctor --help\n`,
    );
    return 2;
  }
  const config = readConfig(io.env, io.workingFolder, values.data === undefined ? {} : { data: values.data });
  try {
    const report = await examine(io, config, setting, values.measure ?? null);
    io.out(values.json === true ? `${JSON.stringify(report, null, 2)}\n` : renderReport(report));
    return 0;
  } catch (error) {
    if (!(error instanceof PullError) && !(error instanceof GgufError) && !(error instanceof StillroomError))
      throw error;
    io.err(`stillroom: ${error.message}\n`);
    return 1;
  }
}

/** Undefined stays undefined; what is no whole number from `min` to `max` becomes NaN. */
function wholeNumber(
  text: string | undefined,
  min: number,
  max = Number.POSITIVE_INFINITY,
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  return Number.isInteger(value) && value >= min && value <= max ? value : Number.NaN;
}

async function examine(
  io: CliIo,
  config: Config,
  setting: typeof defaultSetting,
  measure: string | null,
): Promise<DoctorReport> {
  const path = measure === null ? null : await modelPath(measure, config.data, io.workingFolder);
  const machine = await inspectMachine(config.data);
  const threads = config.threads ?? machine.processor.usableCores;
  io.err(`Measuring memory and processor for about five seconds …\n`);
  const speed = await measureSpeed(machine.processor.usableCores, machine.memory.usable);
  const { throttled } = machine.board;
  const facts = { measured: speed, features: machine.processor.features, threads, throttled };
  const advice = adviseModels(setting, machine.memory.usable, facts);
  const comparison = path === null ? null : await compare(io, config, machine, speed, path);
  const installed = (await listModels(join(config.data, 'models'))).map((model) => model.id);
  return {
    machine,
    speed,
    threads,
    engine: engineHere(config),
    setting,
    advice,
    recommendation: recommend(advice),
    installed,
    comparison,
  };
}

/** Which build of the engine runs; what another would gain can be said for the processor only. */
function engineHere(config: Config): string {
  const gpu = resolveGpu(config.gpu, Number.POSITIVE_INFINITY);
  const folders = engineFolders();
  return gpu === 'off' ? engineSentence(config.engine, folders) : engineInUse(config.engine, gpu, folders);
}

async function compare(
  io: CliIo,
  config: Config,
  machine: DoctorReport['machine'],
  speed: DoctorReport['speed'],
  path: string,
): Promise<Comparison> {
  const model = await readGguf(path);
  const contextTokens = Math.min(2048, model.shape.contextLength);
  const { features } = machine.processor;
  const fits = fitModel(fileFitInput(model, features), { contextTokens, slots: 1 }, machine.memory.usable);
  if (fits.verdict === 'does_not_fit') throw new StillroomError('insufficient_memory', fits.sentence);
  const remembered = rememberedThreads(join(config.data, 'threads.json'), calibrationKey(path));
  const threads = config.threads ?? remembered ?? defaultThreads(model.bytes);
  const predicted = predictSpeed(fileWeights(model), model.shape.vocabulary, {
    measured: speed,
    features,
    threads,
  });
  io.err(`Running ${modelId(path)} for a moment …\n`);
  const measured = await measureModel({ path, contextTokens, threads, signal: io.signal });
  return { name: modelId(path), predicted: { ...predicted, resident: fits.need.resident }, measured };
}
