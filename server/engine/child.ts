/**
 * The engine process: loads one model and runs the lock-step loop over it. The only file that imports the native library;
 * everything that can be decided without it lives in the modules beside it. Ends when the gateway goes away.
 */
import {
  type EvaluationPriority,
  getLlama,
  InsufficientMemoryError,
  type Llama,
  type LlamaContext,
  type LlamaContextSequence,
  LlamaLogLevel,
  type LlamaModel,
  NoBinaryFoundError,
  type Token,
} from 'node-llama-cpp';
import { usableMemory } from '#models/machine/memory.ts';
import { CpuMeter } from './cpu-meter.ts';
import type { Sampling } from './engine.ts';
import { inOrderOfSequence } from './gaps.ts';
import { guessingGenerator } from './guessing.ts';
import { commonPrefix, type Generator, type Lane } from './lanes.ts';
import { Lockstep } from './lockstep.ts';
import { contextShortage, kvBytesPerToken, kvTypeProblem, type ModelShape, readShape } from './memory.ts';
import { selection } from './native-build-selection.ts';
import { Outbox } from './outbox.ts';
import { Passage } from './passage.ts';
import {
  type BuildPlan,
  type FromChild,
  type Loaded,
  type LoadFailure,
  type LoadOptions,
  parseToChild,
  protocolVersion,
  type ToChild,
} from './protocol.ts';
import {
  certainlyTooLong,
  type R1Format,
  readFormat,
  renderPrompt,
  renderShared,
  type Tokenizer,
} from './render.ts';
import { type State, StateStore, worthSaving } from './states.ts';
import { sweepThreads } from './sweep.ts';
import { controlThreads } from './thread-control.ts';

/** Omit that keeps the members of a union apart. */
type Unversioned<T> = T extends unknown ? Omit<T, 'v'> : never;

function send(message: Unversioned<FromChild>): void {
  if (process.connected) process.send?.({ v: protocolVersion, ...message }, () => undefined);
}

/**
 * What a guessed token costs until it is measured, as a share of a step. Processors without a matrix unit work nearly as long
 * on two tokens as twice on one (1.5B shape, Q4_K_M, AVX-512: 0.9 for one, 0.67 for seven); graphics cards wait for memory.
 */
const guessCostOnCpu = 0.75;
const guessCostOnGpu = 0.1;

/** Other programs used at most this much of a core while threads were measured. */
const foreignCoresWhenQuiet = 0.2;

class LoadError extends Error {
  readonly code: LoadFailure;
  constructor(code: LoadFailure, message: string) {
    super(message);
    this.code = code;
  }
}

/** The last complaints of the native loader: they name the cause of a failed load. Nothing is kept once the model runs. */
let loadComplaints: string[] | null = [];

function listen(level: LlamaLogLevel, message: string): void {
  if (level !== LlamaLogLevel.error && level !== LlamaLogLevel.fatal) return;
  loadComplaints?.push(message.trim().slice(0, 200));
}

function complaint(error: unknown): string {
  const last = loadComplaints?.findLast((line) => line !== '' && !line.includes('failed to load model'));
  return last ?? (error instanceof Error ? error.message : String(error)).slice(0, 200);
}

interface Opened {
  llama: Llama;
  build: Loaded['build'];
}

/** Never another build than the one it tells of: the library itself would fall back in silence. */
async function openLlama(options: LoadOptions): Promise<Opened> {
  const { use, required, why, degraded } = options.build;
  try {
    const llama = await openBuild(options, use);
    const local = use === 'native' ? 'native' : 'other';
    return { llama, build: { kind: llama.buildType === 'localBuild' ? local : 'prebuilt', why, degraded } };
  } catch (error) {
    const cause =
      use === 'native' && error instanceof NoBinaryFoundError
        ? 'it or a library it needs, like libgomp, is missing or damaged'
        : complaint(error);
    if (use !== 'native' || required) {
      throw new LoadError('model_load_failed', openProblem(options, cause));
    }
    const without = `the native build can't be loaded: ${cause}`;
    const build = { ...options.build, use: 'prebuilt' as const, why: without, degraded: true };
    return openLlama({ ...options, build });
  }
}

async function openBuild(options: LoadOptions, use: BuildPlan['use']): Promise<Llama> {
  const llama = await getLlama({
    gpu: options.gpu === 'off' ? false : options.gpu,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    maxThreads: options.threads,
    logLevel: LlamaLogLevel.error,
    logger: listen,
    ...selection(use, options.build.cmakeOptions),
  });
  const wanted = { any: llama.buildType, prebuilt: 'prebuilt', native: 'localBuild' }[use];
  if (llama.buildType !== wanted) throw new Error(`the library opened a ${llama.buildType}`);
  return llama;
}

function openProblem({ gpu, build }: LoadOptions, cause: string): string {
  if (build.use === 'native') {
    return `The native build of the engine can't be loaded: ${cause}. Make it again with "stillroom engine build", or set "engine" to "auto".`;
  }
  return gpu === 'off' || gpu === 'auto'
    ? `The engine library does not run on this machine: ${cause}. Reinstall with "npm ci" on this machine.`
    : `The accelerator "${gpu}" can't be used: ${cause}. Install its driver and engine package, or set the GPU option to "off".`;
}

async function loadModel(llama: Llama, options: LoadOptions): Promise<LlamaModel> {
  if (options.gpuLayers !== null && options.gpuLayers > 0 && llama.gpu === false) {
    throw new LoadError(
      'model_load_failed',
      `The setting "gpuLayers" asks for ${options.gpuLayers} layers on an accelerator, and the engine found none it can use. Remove the setting, or see "stillroom doctor" for what is missing.`,
    );
  }
  let told = -1;
  try {
    return await llama.loadModel({
      modelPath: options.modelPath,
      useMmap: options.mapped ? 'auto' : false,
      ...gpuLayers(options),
      // Weights with NaN load without complaint otherwise and answer with garbage.
      checkTensors: true,
      onLoadProgress: (progress) => {
        if (progress < told + 0.01) return;
        told = progress;
        send({ type: 'loading', progress: Math.min(1, Math.max(0, progress)) });
      },
    });
  } catch (error) {
    throw toLoadError(error, options);
  }
}

function gpuLayers(options: LoadOptions): { gpuLayers?: number } {
  if (options.gpu === 'off') return { gpuLayers: 0 };
  return options.gpuLayers === null ? {} : { gpuLayers: options.gpuLayers };
}

function shapeOf(model: LlamaModel): ModelShape | null {
  const metadata = model.fileInfo.metadata as Record<string, Record<string, unknown> | undefined>;
  return readShape(metadata[model.fileInfo.metadata.general.architecture] ?? {});
}

/** Refuses in milliseconds, and with a reason, what the native library would find out after many seconds. */
function checkContext(model: LlamaModel, options: LoadOptions): void {
  const shape = shapeOf(model);
  const problem = shape === null ? null : kvTypeProblem(shape, options.kvType);
  if (problem !== null) throw new LoadError('model_load_failed', problem);
  if (shape === null || options.gpu !== 'off') return;
  const tokens = Math.min(options.contextTokens, model.trainContextSize);
  const shortage = contextShortage(shape, options.slots, tokens, options.kvType, usableMemory());
  if (shortage !== null) throw new LoadError('insufficient_memory', shortage);
}

/** As the library calls them. It marks the setting as experimental; on the CPU it is tested here. */
const kvTypeNames = { f16: 'F16', q8_0: 'Q8_0', q4_0: 'Q4_0' } as const;

async function createContext(model: LlamaModel, options: LoadOptions): Promise<LlamaContext> {
  checkContext(model, options);
  try {
    return await model.createContext({
      sequences: options.slots,
      // Positions the model was never trained on give nonsense, not more memory.
      contextSize: Math.min(options.contextTokens, model.trainContextSize),
      batchSize: Math.max(options.batchTokens, options.slots),
      threads: options.threads,
      // What belongs to one step is asked for in one go: the next batch need not wait for another turn of the event loop.
      batching: { itemPrioritizationStrategy: inOrderOfSequence, dispatchSchedule: process.nextTick },
      experimentalKvCacheKeyType: kvTypeNames[options.kvType],
      experimentalKvCacheValueType: kvTypeNames[options.kvType],
      ...(options.flashAttention === 'auto' ? {} : { flashAttention: options.flashAttention }),
      // A smaller context than asked for would make limits lie.
      failedCreationRemedy: false,
    });
  } catch (error) {
    throw toLoadError(error, options);
  }
}

function toLoadError(error: unknown, options: LoadOptions): LoadError {
  if (error instanceof InsufficientMemoryError) {
    return new LoadError(
      'insufficient_memory',
      `The model ${options.modelPath} with ${options.slots} slots of ${options.contextTokens} tokens does not fit into the free memory. Choose a smaller model, fewer slots or fewer context tokens, or close other programs.`,
    );
  }
  return new LoadError(
    'model_load_failed',
    `The engine can't load ${options.modelPath}: ${complaint(error)}. The file is damaged or of a kind this engine does not know; download it again and compare its SHA-256.`,
  );
}

function tokenizerOf(model: LlamaModel): Tokenizer {
  const tags: string[] = [];
  for (const token of model.iterateAllTokens()) {
    if (!model.getTokenAttributes(token).userDefined) continue;
    const text = model.detokenize([token], true);
    if (text.startsWith('<')) tags.push(text);
  }
  return {
    encode: (text) => model.tokenize(text, false),
    special: (text) => {
      const [token, ...more] = model.tokenize(text, true);
      return token === undefined || more.length > 0 ? null : token;
    },
    bos: model.tokens.bos,
    eos: model.tokens.eos,
    tags,
  };
}

function formatOf(model: LlamaModel, { modelPath: path, systemPrompt }: LoadOptions): R1Format {
  const format = readFormat(tokenizerOf(model), systemPrompt);
  if (!('missing' in format)) return format;
  throw new LoadError(
    'model_invalid',
    `${path} is not a model of the DeepSeek-R1 format: its vocabulary has no token "${format.missing}". Choose an R1 distill.`,
  );
}

const asTokens = (ids: readonly number[]): Token[] => ids as Token[];

/** Forgets everything behind so many tokens. */
function cut(sequence: LlamaContextSequence, length: number): Promise<void> {
  return sequence.eraseContextTokenRanges([{ start: length, end: sequence.nextTokenIndex }]);
}

function laneOf(
  sequence: LlamaContextSequence,
  index: number,
  passage: Passage | null,
  filler: number,
): Lane {
  const place = { evaluationPriority: index as EvaluationPriority };
  return {
    held: () => sequence.contextTokens,
    keepPrefix: async (tokens) => {
      // Without the second argument tokens would be shifted together from different places.
      await sequence.adaptStateToTokens(asTokens(tokens), false);
      return commonPrefix(sequence.contextTokens, tokens);
    },
    clear: () => sequence.clearHistory(),
    evaluate: (tokens) => sequence.evaluateWithoutGeneratingNewTokens(asTokens(tokens), place),
    fill: async () => {
      const length = sequence.nextTokenIndex;
      // In the last place the library would make room by dropping the beginning.
      if (length + 1 >= sequence.contextSize) return;
      await sequence.evaluateWithoutGeneratingNewTokens(asTokens([filler]), place);
      await cut(sequence, length);
    },
    generate: (tokens, sampling, guessCost) =>
      generatorOf(sequence, tokens, { ...sampling, ...place }, guessCost),
    save: async () => {
      const tokens = sequence.contextTokens;
      const data = await passage?.out(tokens.length, (path) => sequence.saveStateToFile(path));
      return data == null ? null : { tokens, data };
    },
    load: async ({ data }) => {
      // If it fails before the library has touched the sequence, nothing of the one before may stay.
      await sequence.clearHistory();
      // Only what this process has saved itself from this very model comes back here.
      const loaded = await passage?.into(data, (path) =>
        sequence.loadStateFromFile(path, { acceptRisk: true }),
      );
      if (loaded !== true) await sequence.clearHistory();
    },
  };
}

function generatorOf(
  sequence: LlamaContextSequence,
  prompt: number[],
  sampling: Sampling & { evaluationPriority: EvaluationPriority },
  guessCost: () => number | null,
): Generator {
  const said: Token[] = [];
  const { frequencyPenalty, presencePenalty, ...chosen } = sampling;
  const penalised = frequencyPenalty !== 0 || presencePenalty !== 0;
  const iterator = sequence.evaluate(asTokens(prompt), {
    ...chosen,
    ...(penalised
      ? { repeatPenalty: { punishTokens: () => said, penalty: 1, frequencyPenalty, presencePenalty } }
      : {}),
  });
  let { seed } = chosen;
  const step = async (tokens: number[] | null) => {
    const result = tokens === null ? await iterator.next() : await iterator.next(asTokens(tokens));
    if (result.done === true) return null;
    if (penalised) said.push(result.value);
    return result.value;
  };
  const stepMany = async (tokens: number[]) => {
    // Every call begins to draw anew, and must not draw the same every time.
    seed = (seed + 0x9e3779b9) >>> 0;
    const generateNext = { token: true, options: { ...chosen, seed } };
    const sampled = await sequence.controlledEvaluate(
      tokens.map((token) => [token as Token, { generateNext }]),
      { evaluationPriority: chosen.evaluationPriority },
    );
    return sampled.map((output) => output?.next.token ?? -1);
  };
  return guessingGenerator(
    {
      step,
      stepMany,
      held: () => sequence.contextTokens,
      length: () => sequence.nextTokenIndex,
      cut: (length) => cut(sequence, length),
      contextTokens: sequence.contextSize,
      isEnd: (token) => sequence.model.isEogToken(token as Token),
      end: async () => {
        await iterator.return();
      },
    },
    // Penalties are worked out once per step, and would not know of the guessed tokens.
    penalised ? () => null : guessCost,
  );
}

/** Measures the candidates on a free sequence. The tokens it reads are forgotten again. */
async function calibrate(
  llama: Llama,
  sequence: LlamaContextSequence,
  format: R1Format,
  candidates: readonly number[],
) {
  const meter = new CpuMeter();
  const iterator = sequence.evaluate(asTokens([format.bos]), { temperature: 0, yieldEogToken: true });
  await iterator.next();
  const best = await sweepThreads(candidates, async (threads) => {
    llama.maxThreads = threads;
    await iterator.next(asTokens(format.newline));
    // On a slow processor all candidates together take longer than the start is waited for without a sign.
    send({ type: 'loading', progress: 1 });
  });
  await iterator.return();
  await sequence.clearHistory();
  const share = meter.read(0);
  return { ...best, quiet: share !== null && share.foreignCores < foreignCoresWhenQuiet };
}

/** Evaluates what all prompts begin with once, so that a new conversation begins behind it. `lane` null = it can't be saved. */
async function evaluateShared(
  lane: Lane | null,
  format: R1Format,
  contextTokens: number,
  batchTokens: number,
): Promise<State | null> {
  const tokens = renderShared(format);
  if (tokens.length > contextTokens / 2) {
    throw new LoadError(
      'model_load_failed',
      `The setting "systemPrompt" is ${tokens.length} tokens long, and a conversation has room for ${contextTokens}. Shorten it to less than half of that, or raise "context".`,
    );
  }
  if (lane === null || tokens.length < worthSaving) return null;
  // A slow processor takes minutes for a long one, and the start is given up when nothing is heard of it for two.
  const step = Math.min(batchTokens, 64);
  for (let at = 0; at < tokens.length; at += step) {
    await lane.evaluate(tokens.slice(at, at + step));
    send({ type: 'loading', progress: 1 });
  }
  const state = await lane.save();
  await lane.clear();
  return state;
}

interface Running {
  loop: Lockstep;
  llama: Llama;
  context: LlamaContext;
  count: (messages: Parameters<typeof renderPrompt>[0]) => number;
}

function fail(reason: unknown): void {
  // Messages of the native library name functions and sizes, never text.
  send({ type: 'fatal', reason: (reason instanceof Error ? reason.message : String(reason)).slice(0, 200) });
  setImmediate(() => process.exit(70));
}

async function load(options: LoadOptions): Promise<Running> {
  const { llama, build } = await openLlama(options);
  const model = await loadModel(llama, options);
  const format = formatOf(model, options);
  const context = await createContext(model, options);
  const sequences = Array.from({ length: options.slots }, () => context.getSequence());
  const calibration =
    options.candidates.length > 1 && sequences[0] !== undefined
      ? await calibrate(llama, sequences[0], format, options.candidates)
      : null;
  const threads = calibration?.threads ?? options.threads;
  // What was measured on a busy machine is where to begin, not the most that will ever be useful.
  const most = calibration?.quiet === true ? calibration.threads : options.threads;
  const shape = shapeOf(model);
  const passage =
    options.passage === null || shape === null
      ? null
      : new Passage(options.passage, kvBytesPerToken(shape, options.kvType));
  const lanes = sequences.map((sequence, index) => laneOf(sequence, index, passage, format.bos));
  const outbox = new Outbox((events) => send({ type: 'events', events }));
  const contextTokens = Math.min(context.contextSize, model.trainContextSize);
  const loop = new Lockstep({
    lanes,
    shared: await evaluateShared(
      passage === null ? null : (lanes[0] ?? null),
      format,
      contextTokens,
      context.batchSize,
    ),
    states: new StateStore(passage === null ? 0 : options.stateBytes),
    format,
    decode: (tokens) => model.detokenize(asTokens(tokens)),
    contextTokens,
    batchTokens: context.batchSize,
    emit: (id, events) => outbox.add(id, events),
    onFatal: fail,
    guessCost: llama.gpu === false ? guessCostOnCpu : guessCostOnGpu,
    threads: controlThreads((count) => (llama.maxThreads = count), threads, most),
  });
  loadComplaints = null;
  send({
    type: 'ready',
    loaded: {
      slots: options.slots,
      contextTokens,
      threads: llama.maxThreads,
      gpu: llama.gpu === false ? null : llama.gpu,
      build,
      memory: {
        weights: model.memoryUsage.ram + model.memoryUsage.vram,
        context: context.memoryUsage.ram + context.memoryUsage.vram,
        rss: process.memoryUsage.rss(),
      },
      calibration,
    },
  });
  return {
    loop,
    llama,
    context,
    count: (messages) =>
      certainlyTooLong(messages, contextTokens) ?? renderPrompt(messages, 'enabled', format).length,
  };
}

let running: Running | null = null;

function pong(n: number): void {
  const stepMs = running?.loop.stepMs() ?? 0;
  send({ type: 'pong', n, stepMs, rss: process.memoryUsage.rss(), threads: running?.llama.maxThreads ?? 0 });
}

async function handle(message: ToChild): Promise<void> {
  switch (message.type) {
    case 'load':
      running = await load(message.options);
      break;
    case 'ping':
      pong(message.n);
      break;
    case 'generate':
      running?.loop.submit(message.request);
      break;
    case 'cancel':
      running?.loop.cancel(message.id);
      break;
    case 'answerNow':
      running?.loop.answerNow(message.id);
      break;
    case 'forget':
      running?.loop.forget(message.conversation);
      break;
    case 'count':
      send({ type: 'counted', call: message.call, tokens: running?.count(message.messages) ?? 0 });
      break;
    case 'stats':
      if (running !== null) send({ type: 'stats', call: message.call, stats: running.loop.stats() });
      break;
    case 'stop':
      process.exit(0);
  }
}

async function receive(raw: unknown): Promise<void> {
  await handle(parseToChild(raw));
}

process.on('message', (raw) => {
  receive(raw).catch((error: unknown) => {
    if (error instanceof LoadError) send({ type: 'loadFailed', code: error.code, message: error.message });
    else fail(error);
  });
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C and service managers signal the whole group; the gateway decides when the engine ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
send({ type: 'hello' });
