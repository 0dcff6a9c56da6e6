import { describe, expect, it } from 'vitest';
import { Job } from '#server/engine/job.ts';
import { planPrefill } from '#server/engine/prefill-plan.ts';
import { request } from '../support/engine.ts';

function waiting(owner: string, admittedMs: number, tokens: number): Job {
  const job = new Job(request('', { owner }), admittedMs);
  job.admittedMs = admittedMs;
  job.promptTokens = tokens;
  job.remaining = Array.from({ length: tokens }, () => 7);
  return job;
}

const planned = (jobs: Job[], size = 64, room = 512, whole = size) =>
  planPrefill(jobs, size, whole, room).map(({ job, tokens }) => [job.request.owner, job.admittedMs, tokens]);

describe('planPrefill', () => {
  it('reads prompts in the order in which they came', () => {
    expect(planned([waiting('a', 20, 300), waiting('b', 10, 300)])).toEqual([['b', 10, 44]]);
  });

  it('begins with the chunk that is not whole', () => {
    const job = waiting('a', 0, 300);
    const sizes: number[] = [];
    while (job.remaining.length > 0) {
      const [chunk] = planPrefill([job], 64, 128, 512);
      if (chunk === undefined) throw new Error('nothing planned');
      sizes.push(chunk.tokens);
      job.remaining = job.remaining.slice(chunk.tokens);
    }
    expect(sizes).toEqual([44, 64, 64, 64, 64]);
    expect(planned([waiting('b', 0, 128)])).toEqual([['b', 0, 64]]);
    expect(planned([waiting('b', 0, 20)])).toEqual([['b', 0, 20]]);
  });

  it('reads a short prompt whole, and a long one in pieces to its end', () => {
    expect(planned([waiting('a', 0, 126)], 64, 512, 128)).toEqual([['a', 0, 126]]);
    expect(planned([waiting('a', 0, 126)], 64, 100, 128)).toEqual([['a', 0, 100]]);
    const long = waiting('b', 0, 300);
    long.remaining = long.remaining.slice(0, 126);
    expect(planned([long], 64, 512, 128)).toEqual([['b', 0, 62]]);
    const cached = waiting('c', 0, 1000);
    cached.cachedTokens = 900;
    cached.remaining = cached.remaining.slice(0, 100);
    expect(planned([cached], 64, 512, 128)).toEqual([['c', 0, 100]]);
  });

  it('takes prompts along that need only a little, as far as the step has room', () => {
    const jobs = [waiting('a', 0, 300), waiting('b', 1, 20), waiting('c', 2, 33), waiting('d', 3, 30)];
    expect(planned(jobs)).toEqual([
      ['a', 0, 44],
      ['b', 1, 20],
      ['d', 3, 30],
    ]);
    expect(planned(jobs, 64, 70)).toEqual([
      ['a', 0, 44],
      ['b', 1, 20],
    ]);
  });

  it('lets somebody’s only prompt pass those of a flood', () => {
    const flood = [0, 1, 2].map((ms) => waiting('a', ms, 300));
    expect(planned([...flood, waiting('b', 1500, 300)])).toEqual([['b', 1500, 44]]);
  });

  it('counts the answers that the owner is being given, too', () => {
    const answering = waiting('a', 0, 0);
    answering.generator = { next: async () => 1, guessed: () => 0, end: async () => undefined };
    expect(planned([answering, waiting('a', 5, 300), waiting('b', 1000, 300)])).toEqual([['b', 1000, 44]]);
  });

  it('does not let a flood wait for ever', () => {
    const flood = [0, 1, 2].map((ms) => waiting('a', ms, 300));
    expect(planned([...flood, waiting('b', 4001, 300)])).toEqual([['a', 0, 44]]);
  });
});
