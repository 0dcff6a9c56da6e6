import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { median } from '#server/engine/median.ts';
import { barChart } from '../../bench/chart.ts';
import { runLoad, summarize, whileAllWrite } from '../../bench/load.ts';
import { quantile } from '../../bench/numbers.ts';
import { quotients, Results } from '../../bench/results.ts';
import { makeSyntheticModel } from '../../bench/synthetic-model.ts';
import { ask, request, testEngine } from '../support/engine.ts';
import { tempFolder } from '../support/temp-folder.ts';

const small = {
  name: 'small',
  layers: 8,
  width: 256,
  heads: 4,
  kvHeads: 2,
  feedForward: 512,
  vocabulary: 1024,
  contextLength: 1024,
} as const;

describe('the bench', () => {
  it.each(['q4_k_m', 'q8_0'] as const)(
    'makes %s models that the engine loads and runs',
    async (quantization) => {
      const modelPath = join(tempFolder(), 'model.gguf');
      makeSyntheticModel({ ...small, quantization }, modelPath);
      const engine = testEngine({ modelPath, contextTokens: 1024 });
      await engine.start();
      const sampling = { ...request('').sampling, temperature: 1 };
      const { usage } = await ask(engine, 'hello', { sampling, maxTokens: 20 }).done();
      expect(usage.completionTokens).toBe(20);
      expect(usage.promptTokens).toBe(2 + 5 + 3);
    },
  );

  it('measures a server as it is', async () => {
    const seen: { messages: { content: string }[] }[] = [];
    const server = createServer(async (incoming, response) => {
      const parts: Buffer[] = [];
      for await (const part of incoming) parts.push(part as Buffer);
      seen.push(JSON.parse(Buffer.concat(parts).toString()) as (typeof seen)[number]);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const piece = (delta: object) => `data: ${JSON.stringify({ choices: [{ delta }] })}\n\n`;
      const usage = { prompt_tokens: 10, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 4 } };
      // Cut in the middle of a line, as networks do.
      const text = `${piece({ reasoning_content: 'a' })}: keep-alive\n\n${piece({ content: 'b' })}${piece({ content: 'c' })}data: ${JSON.stringify({ choices: [], usage })}\n\ndata: [DONE]\n\n`;
      response.write(text.slice(0, 30));
      response.end(text.slice(30));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const result = await runLoad({
      baseUrl: `http://127.0.0.1:${port}/v1`,
      model: 'm',
      users: 3,
      turns: 2,
      promptCharacters: 50,
      newTokens: 3,
      salt: 's',
    });
    expect(result.turns).toHaveLength(6);
    expect(result.turns[0]).toMatchObject({ promptTokens: 10, cachedTokens: 4, newTokens: 3 });
    expect(result.turns[0]?.gapsMs).toHaveLength(2);
    expect(seen.map(({ messages }) => messages.length).sort()).toEqual([1, 1, 1, 3, 3, 3]);
    expect(seen.every(({ messages }) => messages[0]?.content.length === 50)).toBe(true);
    // The answer is sent back in the next turn, the thought is not.
    expect(seen.find(({ messages }) => messages.length === 3)?.messages[1]?.content).toBe('bc');
    expect(summarize(result).tokensPerSecond).toBeCloseTo(18_000 / result.wallMs, 5);
  });

  it('counts medians and quantiles as everybody does', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(quantile([1, 2, 3, 4], 0.95)).toBe(4);
    expect(median([])).toBeNaN();
  });

  it('compares what was measured in the same round', () => {
    const results = new Results();
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
    onTestFinished(() => void vi.restoreAllMocks());
    // A machine that gets slower: the quotient of the medians would be 30 / 20.
    for (const [round, ours, theirs] of [
      [0, 40, 50],
      [1, 30, 20],
      [2, 9, 10],
    ] as const) {
      results.round = round;
      results.add('speed', 'tokens/s', 'stillroom', ours);
      results.add('speed', 'tokens/s', 'other', theirs);
    }
    results.round = 3;
    results.add('speed', 'tokens/s', 'other', 1);
    expect(quotients(results, 'speed', 'stillroom', 'other')).toEqual([0.8, 1.5, 0.9]);
  });

  it('knows a step of several answers by the time in which all of them are written', () => {
    const turn = { user: 0, turn: 0, promptTokens: 1, cachedTokens: 0, startMs: 0 };
    const { stepMs, overMs } = whileAllWrite([
      // The first one waits 500 ms while the prompt of the second is read.
      { ...turn, firstMs: 0, lastMs: 800, newTokens: 5, gapsMs: [500, 100, 100, 100] },
      { ...turn, firstMs: 500, lastMs: 900, newTokens: 5, gapsMs: [100, 100, 100, 100] },
    ]);
    expect({ stepMs, overMs }).toEqual({ stepMs: 100, overMs: 300 });
  });

  it('draws a bar per value and says what was not run', () => {
    const svg = barChart(
      'A & B',
      'tokens/s',
      ['1 user', '2 users'],
      [
        { name: 'one', values: [10, 20] },
        { name: 'two', values: [5, null] },
      ],
    );
    expect(svg.match(/<rect [^>]*height="15"/g)).toHaveLength(3);
    expect(svg).toContain('not run');
    expect(svg).toContain('A &amp; B');
  });
});
