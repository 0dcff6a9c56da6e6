/** What the gateway itself costs: processor time of its process, not of the engine's, per token that it streams. */
import { sum } from '../numbers.ts';
import { cpuMicroseconds, gatewayProcess } from '../processes.ts';
import { isStillroom, load, type Scenario } from './scenario.ts';

/** Enough for a few hundred milliseconds of the gateway, and no longer than a slow model may take. */
const wantedTokens = 4000;
const patienceMs = 20_000;

export const cpu: Scenario = async (target, { contextTokens }, report) => {
  if (!isStillroom(target)) return;
  const gateway = gatewayProcess(target.pid);
  for (const users of [1, 4]) {
    const sizes = { promptCharacters: 60, newTokens: Math.min(1000, contextTokens - 128) };
    // The first run is the one in which the code gets compiled; it is not counted.
    await load(target, users, 1, { ...sizes, newTokens: Math.min(200, sizes.newTokens) });
    const began = performance.now();
    const before = cpuMicroseconds(gateway);
    let tokens = 0;
    let frames = 0;
    while (tokens < wantedTokens && performance.now() - began < patienceMs) {
      const { turns } = await load(target, users, 1, sizes);
      tokens += sum(turns.map((turn) => turn.newTokens));
      frames += sum(turns.map((turn) => turn.gapsMs.length + 1));
    }
    const used = cpuMicroseconds(gateway) - before;
    report(`gateway CPU per streamed token, ${users} users (bar 50)`, 'µs', used / tokens);
    report(`tokens in that measurement, ${users} users`, 'tokens', tokens);
    // A fast model's tokens travel several to a frame, a slow one's each in its own: the cost is per frame.
    report(`tokens per frame of the stream, ${users} users`, 'tokens', tokens / frames);
  }
};
