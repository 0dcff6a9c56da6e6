/** A gateway reduced to its engine: starts one on the model of the first argument, answers for ever, prints the engine's pid. */
import { createEngine } from '#server/engine/supervisor.ts';
import { Asked, request } from './engine-requests.ts';

const engine = createEngine({
  modelPath: process.argv[2] ?? '',
  slots: 1,
  contextTokens: 2048,
  threads: 1,
  gpu: 'off',
});
const { pid } = await engine.start();
const asked = new Asked(engine, request('hello', { paceTokensPerSecond: 20 }));
await asked.event('delta');
process.stdout.write(`${pid}\n`);
await asked.end();
