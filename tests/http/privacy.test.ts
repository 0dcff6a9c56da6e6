import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { PrivacyOverview } from '#server/api/app/contract.ts';
import { startProduct } from '../support/product.ts';
import { scriptedModel } from '../support/scripted-gguf.ts';

const isSealable = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);

async function overview(url: string): Promise<PrivacyOverview> {
  return (await fetch(`${url}/api/privacy`)).json() as Promise<PrivacyOverview>;
}

it('the started product shows the seal as it was read back, an empty list of destinations and the official cloud by name', async () => {
  const product = await startProduct({ model: scriptedModel().path });
  const { egress, layers, named, lastProof, blocked, recordIntact } = await overview(product.url);
  expect(product.output()).toContain(`Network: ${egress.level}.`);
  // As README promises it, for whoever starts it and says nothing of seals.
  expect(egress.level).toBe(isSealable ? 'sealed' : 'guarded');
  expect(layers.find((layer) => layer.name === 'Kernel: seccomp')?.inForce).toBe(isSealable);
  if (isSealable) {
    const status = readFileSync(`/proc/${product.process.pid}/status`, 'utf8');
    expect(status).toMatch(/^Seccomp:\t2$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
  }
  expect(layers.find((layer) => layer.name === 'In-process guard')?.inForce).toBe(true);
  expect(egress.allowed).toEqual([]);
  expect(named.find((group) => group.pack === 'deepseek-official')).toMatchObject({
    mode: 'enforce',
    hosts: ['*.deepseek.com'],
  });
  expect({ lastProof, blocked, recordIntact }).toEqual({ lastProof: null, blocked: [], recordIntact: true });
});

it('whoever switches the seal off is told that only the guard is left', async () => {
  const product = await startProduct({ model: scriptedModel().path, args: ['--no-seal'] });
  const { egress } = await overview(product.url);
  expect(product.output()).toContain('Network: guarded.');
  expect(egress).toMatchObject({ level: 'guarded', sentence: expect.stringContaining('--no-seal') });
});
