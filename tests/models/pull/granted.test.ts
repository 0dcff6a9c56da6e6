import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { grantTargets } from '#models/pull/grant-targets.ts';
import { buildGguf } from '../../support/gguf-builder.ts';
import { type Mirror, startMirror } from '../../support/model-mirror.ts';
import { tinyModel } from '../../support/tiny-models.ts';

const bin = join(import.meta.dirname, '..', '..', '..', 'bin', 'stillroom.mjs');

let folder: string;
let mirror: Mirror;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'granted-'));
  mirror = await startMirror([{ name: 'org/repo/Tiny.gguf', bytes: buildGguf(tinyModel()) }]);
});
afterEach(async () => {
  await mirror.close();
  await rm(folder, { recursive: true });
});

/** The real command in a real process, as a person starts it. */
async function stillroom(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, out, err };
}

const policy = (rules: object[]) =>
  JSON.stringify({
    schema: 'stillroom.policy/1',
    id: 'test',
    version: '1',
    default: 'deny',
    loopback: { ports: [] },
    sockets: [],
    exec: [],
    addons: [],
    packs: [],
    rules,
    tests: [{ target: '127.0.0.1:80', phase: 'pull', expect: 'deny', rule: 'no-mirrors' }],
  });

describe('stillroom models pull, as a process under the network guard', () => {
  it('reaches the mirror it was granted', async () => {
    const { code, out } = await stillroom([
      'models',
      'pull',
      'org/repo/Tiny.gguf',
      '--from',
      mirror.endpoint,
    ]);
    expect(out).toContain('Tiny is ready');
    expect(code).toBe(0);
    expect(await readdir(join(folder, 'data', 'models', 'Tiny'))).toEqual(['Tiny.gguf', 'manifest.json']);
  });

  it('obeys a policy that denies the mirror, grant or not, and names the rule', async () => {
    const path = join(folder, 'policy.json');
    const rule = {
      id: 'no-mirrors',
      reason: 'Mirrors are not allowed here.',
      action: 'deny',
      to: [{ cidr: '127.0.0.0/8' }],
    };
    await writeFile(path, policy([rule]));
    const { code, err } = await stillroom(
      ['models', 'pull', 'org/repo/Tiny.gguf', '--from', mirror.endpoint],
      { STILLROOM_POLICY: path },
    );
    expect(err).toContain('no-mirrors');
    expect(code).toBe(1);
    expect(mirror.requests).toEqual([]);
  });

  it('never reaches the official service, not even as a mirror', async () => {
    const { code, err } = await stillroom([
      'models',
      'pull',
      'org/repo/Tiny.gguf',
      '--from',
      'https://api.deepseek.com',
    ]);
    expect(err).toContain('deepseek-official');
    expect(code).toBe(1);
  });
});

describe('the targets of a grant', () => {
  it('are exact names with their port, and the loopback ports', () => {
    expect(grantTargets(['hub.example', 'store.example:8443', '127.0.0.1:9999', '[::1]:7'], 443)).toEqual({
      to: [
        { name: 'hub.example', ports: [443] },
        { name: 'store.example', ports: [8443] },
      ],
      loopbackPorts: [9999, 7],
    });
  });

  it('of a mirror on the own network include its addresses, one by one', () => {
    expect(grantTargets(['mirror.lan', '10.1.2.3:80'], 443, ['10.0.0.7', 'fd00::7']).to).toEqual([
      { name: 'mirror.lan', ports: [443] },
      { cidr: '10.0.0.7/32', ports: [443] },
      { cidr: 'fd00::7/128', ports: [443] },
      { cidr: '10.1.2.3/32', ports: [80] },
    ]);
  });
});
