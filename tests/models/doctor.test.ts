import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogue } from '#models/catalogue.ts';
import { doctorCommand } from '#server/cli/doctor.ts';
import { scriptedModel } from '../support/scripted-gguf.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doctor-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function run(...args: string[]) {
  const seen = { code: 0, out: '', err: '' };
  const io = {
    out: (text: string) => {
      seen.out += text;
    },
    err: (text: string) => {
      seen.err += text;
    },
    env: {},
    workingFolder: folder,
    isTerminal: false,
    columns: 80,
    argv: null,
    signal: new AbortController().signal,
  };
  seen.code = await doctorCommand(args, io);
  return seen;
}

describe('stillroom doctor', () => {
  it('names the machine, every model of the catalogue and one recommendation with its command', async () => {
    const { code, out } = await run();
    expect(code).toBe(0);
    for (const entry of catalogue) expect(out).toContain(`${entry.name}:`);
    expect(out).toMatch(/Speed\s+reads [\d.]+ GB\/s with one core/u);
    expect(out).toMatch(/a model may take [\d.]+ [GM]B/u);
    expect(out).toMatch(/(stillroom models pull [\w.:-]+|No reasoning model of the catalogue fits)/u);
  });

  it('runs a model in the real engine and holds the prediction against it, as JSON', async () => {
    const { path } = scriptedModel({ variant: 'loop' });
    const { code, out, err } = await run('--json', '--measure', path);
    expect(err).toContain('Running');
    expect(code).toBe(0);
    const { comparison, machine, advice } = JSON.parse(out);
    expect(machine.memory.usable).toBeGreaterThan(0);
    expect(advice).toHaveLength(catalogue.flatMap((entry) => entry.files).length);
    expect(comparison.measured.decode).toBeGreaterThan(1);
    expect(comparison.predicted.resident).toBeGreaterThan(comparison.measured.resident * 0.5);
  });

  it.each([
    [['--context', '7'], 2, '--context takes a whole number'],
    [['--slots', 'many'], 2, '--slots one from 1'],
    [['--slots', '1000000000'], 2, '--slots one from 1 to 64'],
    [['--frobnicate'], 2, 'Unknown option'],
    [['--measure', 'absent'], 1, 'no model "absent" here'],
  ])('answers %j with exit code %d', async (args, code, message) => {
    expect(await run(...args)).toMatchObject({ code, err: expect.stringContaining(message) });
  });
});
