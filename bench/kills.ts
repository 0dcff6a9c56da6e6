/**
 * node bench/kills.ts [times]: kills the engine process again and again in the middle of an answer (200 times by default) and
 * says how many people were told, and how long it took until the next one read an answer.
 */

import { median } from '#server/engine/median.ts';
import { createEngine } from '#server/engine/supervisor.ts';
import { Asked, request } from '../tests/support/engine-requests.ts';
import { scriptedModel } from '../tests/support/scripted-gguf.ts';

const times = Number(process.argv[2] ?? 200);
const { path } = scriptedModel({ thought: 26, answer: 300 });
const engine = createEngine({ modelPath: path, slots: 2, contextTokens: 2048, threads: 1, gpu: 'off' });
await engine.start();

const recoveryMs: number[] = [];
let told = 0;
for (let round = 0; round < times; round++) {
  const running = new Asked(engine, request('hello', { paceTokensPerSecond: 200 }));
  await running.event('delta');
  const killedMs = performance.now();
  process.kill(engine.info?.pid ?? 0, 'SIGKILL');
  if ((await running.error()).code === 'engine_crashed') told++;
  const next = new Asked(engine, request('hello again'));
  await next.event('delta');
  recoveryMs.push(performance.now() - killedMs);
  await next.done();
}
await engine.stop();
console.log(
  `${times} kills, ${told} people told, this process still here. Until the next person read something: ` +
    `median ${median(recoveryMs).toFixed(0)} ms, at most ${Math.max(...recoveryMs).toFixed(0)} ms.`,
);
