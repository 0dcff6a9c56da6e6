/**
 * What a token costs somebody in one of four sequences, by who else is being answered, and with the gaps between them filled as
 * the engine fills them (server/engine/gaps.ts).
 *
 *   node bench/gaps.ts FILE.gguf [threads]
 */
import type { EvaluationPriority } from 'node-llama-cpp';
import { inOrderOfSequence, worthFilling } from '#server/engine/gaps.ts';
import { median } from '#server/engine/median.ts';
import { usableCores } from '#server/engine/threads.ts';
import { openLibrary } from './raw.ts';

const rounds = 20;
const sets = [[0], [0, 1], [0, 2], [0, 3], [0, 1, 2], [0, 1, 3], [0, 2, 3], [0, 1, 2, 3]];

const [modelPath, cores = String(usableCores())] = process.argv.slice(2);
if (modelPath === undefined) {
  console.error('Which GGUF file? node bench/gaps.ts FILE.gguf [threads]');
  process.exit(2);
}
const threads = Number(cores);
const llama = await openLibrary({ build: 'prebuilt', threads });
const model = await llama.loadModel({ modelPath, gpuLayers: 0 });
const context = await model.createContext({
  sequences: 4,
  contextSize: 1024,
  threads,
  batching: { itemPrioritizationStrategy: inOrderOfSequence },
});
const [filler] = model.tokenize('a');
if (filler === undefined) throw new Error('The model has no token for "a".');
const users = Array.from({ length: 4 }, (_, index) => {
  const sequence = context.getSequence();
  const place = { evaluationPriority: index as EvaluationPriority };
  const answer = sequence.evaluate([filler], {
    temperature: 1,
    seed: index + 1,
    yieldEogToken: true,
    ...place,
  });
  const fill = async () => {
    const start = sequence.nextTokenIndex;
    await sequence.evaluateWithoutGeneratingNewTokens([filler], place);
    await sequence.eraseContextTokenRanges([{ start, end: sequence.nextTokenIndex }]);
  };
  return { answer, fill };
});

async function step(set: number[], filled: number[]): Promise<number> {
  const began = performance.now();
  await Promise.all([
    ...set.map((index) => users[index]?.answer.next()),
    ...filled.map((index) => users[index]?.fill()),
  ]);
  return performance.now() - began;
}

await step([0, 1, 2, 3], []);
const times = new Map<string, number[]>();
for (let round = 0; round < rounds; round++) {
  for (const set of sets) {
    for (const filled of [[], worthFilling(set, (index) => index in users)]) {
      const name = filled.length === 0 ? set.join(' ') : `${set.join(' ')}, filled with ${filled.join(' ')}`;
      const list = times.get(name) ?? [];
      times.set(name, list);
      list.push(await step(set, filled));
    }
  }
}
for (const [name, list] of times) console.log(`${name.padEnd(24)} ${median(list).toFixed(1)} ms a step`);
process.exit(0);
