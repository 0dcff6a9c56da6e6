/**
 * What node-llama-cpp alone does with the same work, without gateway or protocol: `independent` = one `for await` loop per
 * user as its documentation shows, `lockstep` = all iterators advanced together, `joining` = the same, but one prompt after the
 * other is read, with a token for those who are through between them, as Stillroom does. Run as a child process; prints one
 * JSON line.
 */
import { getLlama, type Llama, type LlamaContextSequence, type Token } from 'node-llama-cpp';
import { median } from '#server/engine/median.ts';
import { nativeCmakeOptions, selection } from '#server/engine/native-build-selection.ts';
import { sum } from './numbers.ts';
import type { RawLoop } from './settings.ts';

export interface RawOptions {
  modelPath: string;
  loop: RawLoop;
  build: 'prebuilt' | 'native';
  users: number;
  contextTokens: number;
  threads: number;
  batchTokens: number;
  /** What every user asks, with the special tokens that servers put around it: all read the same number of tokens. */
  prompt: string;
  newTokens: number;
}

export interface RawResult {
  tokensPerSecond: number;
  decodePerSecond: number;
  ttftMs: number;
  lastTtftMs: number;
}

const sampling = { temperature: 1, topP: 0.95, topK: 40, minP: 0, yieldEogToken: true };

/** The library on the processor, as all measurements here use it. */
export function openLibrary({ build, threads }: Pick<RawOptions, 'build' | 'threads'>): Promise<Llama> {
  return getLlama({
    ...selection(build, nativeCmakeOptions),
    gpu: false,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    maxThreads: threads,
    logger: () => undefined,
  });
}

async function measure(options: RawOptions): Promise<RawResult> {
  const llama = await openLibrary(options);
  const { modelPath, loop } = options;
  // The best loops get what our own engine process gets, the documented one what the library gives by itself.
  const model = await llama.loadModel({
    modelPath,
    gpuLayers: 0,
    ...(loop === 'independent' ? {} : { useMmap: false }),
  });
  const context = await model.createContext({
    sequences: options.users,
    contextSize: options.contextTokens,
    batchSize: options.batchTokens,
    threads: options.threads,
  });
  const prompt = model.tokenize(options.prompt, true);
  const sequences = Array.from({ length: options.users }, () => context.getSequence());
  await warmUp(sequences, prompt);
  const users = sequences.map((sequence, user) => {
    return { iterator: iterate(sequence, prompt, user), times: [] as number[] };
  });
  const began = performance.now();
  if (loop === 'independent') {
    await Promise.all(
      users.map(async ({ iterator, times }) => {
        while (times.length < options.newTokens) {
          await iterator.next();
          times.push(performance.now());
        }
      }),
    );
  } else {
    const together = async (some: typeof users) => {
      await Promise.all(some.map(({ iterator }) => iterator.next()));
      const now = performance.now();
      for (const { times } of some) times.push(now);
    };
    const unfinished = () =>
      users.filter(({ times }) => times.length > 0 && times.length < options.newTokens);
    if (loop === 'joining') {
      for (const user of users) {
        await together([user]);
        if (user !== users[0]) await together(unfinished());
      }
    } else await together(users);
    while (unfinished().length > 0) await together(unfinished());
  }
  const wallMs = performance.now() - began;
  const speeds = users.map(({ times }) => {
    const first = times[0] ?? 0;
    return ((times.length - 1) * 1000) / Math.max(1, (times.at(-1) ?? 0) - first);
  });
  const first = users.map(({ times }) => (times[0] ?? began) - began);
  return {
    tokensPerSecond: (options.users * options.newTokens * 1000) / wallMs,
    decodePerSecond: sum(speeds),
    ttftMs: median(first),
    lastTtftMs: Math.max(...first),
  };
}

/** The servers have answered before they are measured, too: code is compiled, and pages of the weights have been touched. */
async function warmUp(sequences: LlamaContextSequence[], prompt: Token[]): Promise<void> {
  for (const sequence of sequences) {
    const iterator = iterate(sequence, prompt.toReversed(), 0);
    for (let token = 0; token < 8; token++) await iterator.next();
    await iterator.return(undefined);
    await sequence.clearHistory();
  }
}

function iterate(sequence: LlamaContextSequence, prompt: Token[], seed: number) {
  return sequence.evaluate([...prompt], { ...sampling, seed });
}

if (import.meta.main) {
  const options = JSON.parse(process.argv[2] ?? '{}') as RawOptions;
  process.stdout.write(`${JSON.stringify(await measure(options))}\n`, () => process.exit(0));
}
