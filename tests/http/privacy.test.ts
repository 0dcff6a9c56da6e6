import { expect, it } from 'vitest';
import type { PrivacyOverview } from '#server/api/app/contract.ts';
import { startProduct } from '../support/product.ts';
import { scriptedModel } from '../support/scripted-gguf.ts';

async function overview(url: string): Promise<PrivacyOverview> {
  return (await fetch(`${url}/api/privacy`)).json() as Promise<PrivacyOverview>;
}

it('the started product shows the seal as it was read back, an empty list of destinations and the official cloud by name', async () => {
  const product = await startProduct({ model: scriptedModel().path });
  const { egress, layers, named, lastProof, blocked, recordIntact } = await overview(product.url);
  expect(product.output()).toContain(`Network: ${egress.level}.`);
  // Read back from the kernel: where this machine offers no seccomp the product says "guarded", and so must this test.
  const kernel = layers.find((layer) => layer.name === 'Kernel: seccomp');
  expect(egress.level).toBe(kernel?.inForce === true ? 'sealed' : 'guarded');
  expect(layers.find((layer) => layer.name === 'In-process guard')?.inForce).toBe(true);
  expect(egress.allowed).toEqual([]);
  expect(named.find((group) => group.pack === 'deepseek-official')).toMatchObject({
    mode: 'enforce',
    hosts: ['*.deepseek.com'],
  });
  expect({ lastProof, blocked, recordIntact }).toEqual({ lastProof: null, blocked: [], recordIntact: true });
});
