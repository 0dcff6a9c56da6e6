/**
 * node bench/guessing.ts [model.gguf] [rounds]: what guessing from the conversation brings to somebody who is served alone. The
 * model is asked the same again and repeats itself, the best case there is; a model with random weights repeats itself anyway.
 * Prints milliseconds per token with and without guesses, in turns, and how many guesses came true.
 */
import { demoModelPath } from '#models/library.ts';
import type { ChatMessage } from '#server/engine/engine.ts';
import { median } from '#server/engine/median.ts';
import { createEngine } from '#server/engine/supervisor.ts';
import { Asked, request } from '../tests/support/engine-requests.ts';

const modelPath = process.argv[2] ?? demoModelPath;
const rounds = Number(process.argv[3] ?? 7);
const maxTokens = 160;

const engine = createEngine({ modelPath, slots: 1, contextTokens: 1024, gpu: 'off' });
await engine.start();
const question: ChatMessage = { role: 'user', content: 'What is Stillroom?' };
const first = new Asked(engine, request('', { messages: [question], maxTokens }));
await first.done();
const messages: ChatMessage[] = [
  question,
  { role: 'assistant', content: first.text('text') || first.text('reasoning') },
  question,
];

const perToken = { true: [] as number[], false: [] as number[] };
const before = await engine.stats();
for (let round = 0; round < 2 * rounds; round++) {
  const guess = round % 2 === 1;
  const asked = new Asked(engine, request('', { messages, maxTokens, guess, conversation: 'bench' }));
  const { usage, timings } = await asked.done();
  perToken[`${guess}`].push(timings.decodeMs / Math.max(1, usage.completionTokens - 1));
}
const { guessedTokens, confirmedTokens } = await engine.stats();
await engine.stop();
const [plain, guessing] = [median(perToken.false), median(perToken.true)];
console.log(
  `without guesses ${plain.toFixed(2)} ms/token, with ${guessing.toFixed(2)}: ${(plain / guessing).toFixed(2)}×`,
);
console.log(
  `${confirmedTokens - before.confirmedTokens} of ${guessedTokens - before.guessedTokens} guesses came true`,
);
