/** The bench's client against the whole product: what it measures must be what happened. */
import { describe, expect, it } from 'vitest';
import { ask, parseTold, Refused } from '../../bench/client.ts';
import { Results, table } from '../../bench/results.ts';
import { shareInside } from '../../bench/scenarios/eta.ts';
import { charactersFor } from '../../bench/scenarios/scenario.ts';
import { readSettings } from '../../bench/settings.ts';
import { startTestGateway } from '../support/gateway.ts';

const hello = [{ role: 'user' as const, content: 'hello' }];

async function server(
  script: Parameters<typeof startTestGateway>[0],
  slots: number,
  env: Record<string, string> = {},
) {
  const { url, modelId, said } = await startTestGateway(script, { STILLROOM_SLOTS: String(slots), ...env });
  const target = { baseUrl: `${url}/v1`, model: modelId, name: 'stillroom', startMs: 0, pid: 0 };
  return { target: { ...target, stop: async () => undefined }, said };
}

describe('the client of the bench', () => {
  it('reports times in order, exact token counts and the whole text', async () => {
    const { target, said } = await server({ thought: 6, answer: 9 }, 2);
    const answer = ask(target, { messages: hello, maxTokens: 500, seed: 1 });
    const whole = await answer.whole;
    expect(whole.text).toBe(said.answerText);
    expect(whole.newTokens).toBeGreaterThanOrEqual(15);
    const startedMs = await answer.started;
    const firstMs = await answer.first;
    expect(answer.askedMs).toBeLessThan(startedMs);
    expect(startedMs).toBeLessThanOrEqual(firstMs);
    expect(answer.arrivals[0]).toBe(firstMs);
    expect(answer.isOver).toBe(true);
  });

  it('sees one waiting start only after the slot was given up by hanging up', async () => {
    const { target } = await server(
      { variant: 'dice', contextLength: 32768, layers: 8, feedForward: 4096 },
      1,
      { STILLROOM_CONTEXT: '32768' },
    );
    const running = ask(target, { messages: hello, maxTokens: 32000, seed: 1, user: 'a' });
    await running.pieces(2);
    const waiting = ask(target, { messages: hello, maxTokens: 2, seed: 2, user: 'b' });
    await running.pieces(running.arrivals.length + 3);
    const hungUpMs = running.hangUp();
    expect(await waiting.started).toBeGreaterThan(hungUpMs);
    expect((await waiting.whole).newTokens).toBe(2);
    // What had come is kept; nothing is thrown at whoever hung up.
    await running.whole;
    expect(running.isOver).toBe(true);
  });

  it('says with which status a question was refused', async () => {
    const { target } = await server({}, 1);
    const answer = ask({ ...target, model: 'nobody' }, { messages: hello, maxTokens: 2, seed: 1 });
    const error = await answer.whole.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Refused);
    expect((error as Refused).status).toBe(404);
    await expect(answer.first).rejects.toBe(error);
  });

  it('makes prompts of a number of tokens by what the server counts', async () => {
    const { target } = await server({}, 1);
    // The scripted vocabulary has one token per byte.
    expect(await charactersFor(target, 2000)).toBe(2000);
  });
});

describe('intervals told to who waits', () => {
  it('are read from the comments of the stream, in whole seconds from their arrival', () => {
    expect(parseTold(': stillroom queue=3 eta=20-40s', 1000)).toEqual({
      atMs: 1000,
      fromMs: 21_000,
      untilMs: 41_000,
    });
    for (const line of [': stillroom queue=3', ': keep-alive', ': stillroom loading=40%', 'data: {}', '']) {
      expect(parseTold(line, 0)).toBeNull();
    }
  });

  it('hold or not: the first of each turn, all of them, and how many were too early', () => {
    const told = (fromMs: number, untilMs: number) => ({ atMs: 0, fromMs, untilMs });
    const observed = [
      { told: [told(0, 10), told(5, 6)], askedMs: 0, startedMs: 10 },
      { told: [told(0, 10)], askedMs: 0, startedMs: 11 },
      { told: [told(5, 10), told(1, 4)], askedMs: 0, startedMs: 4 },
    ];
    const { first, all, late } = shareInside(observed);
    expect(first).toBeCloseTo(1 / 3);
    expect(all).toBeCloseTo(2 / 5);
    expect(late).toBeCloseTo(1 / 3);
  });
});

describe('options of the bench', () => {
  const file = ['--model', 'x.gguf'];

  it.each([
    [[...file, '--users', '0'], /--users must be a whole number above 0/],
    [[...file, '--rounds', 'many'], /--rounds/],
    [['--shape', 'r2'], /There is no shape "r2"\. There are: r1-1\.5b, micro/],
    [[...file, '--scenarios', 'fair,luck'], /There is no scenario "luck"\. There are: throughput, .*cpu/],
    [[...file, '--engine', 'diesel'], /--engine must be auto, prebuilt, native or both/],
    [[...file, '--raw', 'lockstep,fast'], /--raw must be none, or some of .*joining, not "fast"/],
    [[...file, '--quick'], /--quick/],
  ])('%j are refused with a sentence', (args, sentence) => {
    expect(() => readSettings(args)).toThrow(sentence);
  });

  it('are understood', () => {
    const args = ['--model', '/m/x.gguf', '--engine', 'both', '--users', '1,8', '--scenarios', 'all'];
    expect(readSettings(args)).toMatchObject({
      title: 'x',
      engines: ['prebuilt', 'native'],
      slots: 8,
      threads: null,
      scenarios: ['throughput', 'neighbour', 'leaving', 'turns', 'newcomer', 'fair', 'eta', 'cancel', 'cpu'],
    });
    expect(readSettings(args)?.raw).toEqual(['independent', 'lockstep']);
    expect(readSettings([...args, '--raw', 'joining,lockstep,joining'])?.raw).toEqual([
      'lockstep',
      'joining',
    ]);
    expect(readSettings([...args, '--raw', 'none'])?.raw).toEqual([]);
    expect(readSettings(['--help'])).toBeNull();
  });
});

describe('the table', () => {
  it('sets each Stillroom against everything else, and the second against the first', () => {
    const settings = readSettings(['--model', 'x.gguf', '--engine', 'both', '--rounds', '3']);
    if (settings === null) throw new Error('no settings');
    const results = new Results();
    for (const [target, values] of [
      ['stillroom (prebuilt)', [9, 10, 30]],
      ['stillroom (native)', [20, 20, 20]],
      ['llama-server', [40, 40, 40]],
    ] as const) {
      for (const [round, value] of values.entries()) {
        results.round = round;
        results.add('speed', 'tokens/s', target, value);
      }
    }
    results.add('only ours', '%', 'stillroom (native)', 80);
    const lines = table(settings, results).split('\n');
    expect(lines.find((line) => line.startsWith('| measure'))).toBe(
      '| measure | stillroom (prebuilt) | stillroom (native) | llama-server | stillroom (prebuilt) / llama-server | stillroom (native) / llama-server | stillroom (native) / stillroom (prebuilt) |',
    );
    expect(lines).toContain(
      '| speed, tokens/s | 10.0 (9.00–30.0) | 20.0 (20.0–20.0) | 40.0 (40.0–40.0) | 0.25 (0.23–0.75) | 0.50 (0.50–0.50) | 2.00 (0.67–2.22) |',
    );
    expect(lines).toContain('| only ours, % | – | 80.0 (80.0–80.0) | – | – | – | – |');
  });
});
