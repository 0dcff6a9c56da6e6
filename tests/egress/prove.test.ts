import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { egressCommand } from '#server/cli/egress.ts';
import { attempts } from '#server/egress/prove/attempts/all.ts';
import type { InsideResult } from '#server/egress/prove/inside.ts';
import { namespaceProblem } from '#server/egress/prove/namespace.ts';
import { findObjections, tally } from '#server/egress/prove/prove.ts';
import { type SignedReport, verifyReport } from '#server/egress/prove/report.ts';
import { scriptedModel } from '../support/scripted-gguf.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { testIo } from './test-io.ts';

const problem = process.platform === 'linux' ? namespaceProblem() : 'this is not Linux';

describe('stillroom egress prove', () => {
  it('knows at least sixty ways out, each under its own name', () => {
    expect(new Set(attempts.map(({ id }) => id)).size).toBe(attempts.length);
    expect(attempts.length).toBeGreaterThanOrEqual(60);
  });

  it.runIf(problem === null)(
    'shows that unguarded attempts get out, and guarded, sealed and the working product do not',
    async () => {
      const folder = tempFolder();
      const world = testIo(folder);
      const report = join(folder, 'report.json');
      const code = await egressCommand(
        ['prove', '--quick', '--report', report, '--model', scriptedModel().path],
        world,
      );
      expect(world.written.out + world.written.err).toContain('PROVEN: nothing got out.');
      expect(code).toBe(0);
      const signed = JSON.parse(readFileSync(report, 'utf8')) as SignedReport;
      const { result } = signed.report;
      const leaks = Object.fromEntries(
        tally(result.attempts).map(({ configuration, leaked }) => [configuration, leaked.length]),
      );
      expect(leaks).toEqual({ control: tally(result.attempts)[0]?.tried, guarded: 0, kernel: 0, sealed: 0 });
      expect(result.allowedReached).toBe(true);
      expect(result.product).toMatchObject({
        answered: 6,
        chats: 6,
        level: 'sealed',
        arrivals: [],
        udpSent: 0,
      });

      expect(verifyReport(signed)).toBe(true);
      const forged = { ...signed, report: { ...signed.report, objections: ['none, really'] } };
      expect(verifyReport(forged)).toBe(false);
      writeFileSync(report, JSON.stringify(forged));
      expect(await egressCommand(['verify', report], world)).toBe(1);
    },
    120_000,
  );

  it.runIf(problem !== null)(`checks only the seal where no namespace can be made (${problem})`, async () => {
    const world = testIo(tempFolder());
    expect([1, 3]).toContain(await egressCommand(['prove'], world));
    expect(world.written.out).toMatch(/Only the seal itself is checked/u);
    const forPrograms = testIo(tempFolder());
    await egressCommand(['prove', '--json', '--report', 'report.json'], forPrograms);
    expect(JSON.parse(forPrograms.written.out)).toMatchObject({ problem: expect.any(String) });
    expect(forPrograms.written.err).toMatch(/No report is written/u);
  });
});

describe('the judgement of a proof', () => {
  const attempt = { id: 'x', title: '', group: 'clients', started: true, inside: '', arrivals: [] };
  const clean: InsideResult = {
    attempts: [
      { ...attempt, configuration: 'control', leaked: true },
      { ...attempt, configuration: 'guarded', leaked: false },
    ],
    allowedReached: true,
    product: null,
  };

  it('accepts silence only beside a control that was heard', () => {
    expect(findObjections(clean)).toEqual([]);
    const silent = clean.attempts.map((result) => ({ ...result, leaked: false }));
    expect(findObjections({ ...clean, attempts: silent })[0]).toMatch(/only 0 of 1 unguarded attempts/u);
  });

  it('does not count a process that died before it tried', () => {
    const dead = clean.attempts.map((result) => ({ ...result, started: result.configuration === 'control' }));
    expect(findObjections({ ...clean, attempts: dead })[0]).toMatch(/ended before trying/u);
  });

  it('objects to a leak, to a guard that blocks everything, and to a product that did not work', () => {
    const leaking = clean.attempts.map((result) => ({ ...result, leaked: true }));
    expect(findObjections({ ...clean, attempts: leaking })).toEqual(['guarded: x got out']);
    expect(findObjections({ ...clean, allowedReached: false })[0]).toMatch(/did not reach even the allowed/u);
    const product = {
      problem: null,
      chats: 6,
      answered: 5,
      level: 'guarded',
      seals: [],
      arrivals: [],
      udpSent: 1,
    };
    expect(findObjections({ ...clean, product })).toHaveLength(4);
  });
});
