import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultExportOptions, exportPolicy } from '#policies/exporters/all.ts';
import { defaultPolicyText, loadPolicy } from '#policies/load.ts';
import { caCommand } from '#server/cli/ca.ts';
import { folderVariable } from '#server/egress/prove/places.ts';
import { scriptedModel } from '../support/scripted-gguf.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { ownNamespaces, prepareDaemons } from './debian-packages.ts';
import type { RedirectOutcome } from './redirect-lab.ts';
import { testIo } from './test-io.ts';

const problem = await prepareDaemons({
  dnsmasq: 'dnsmasq-base',
  nginx: 'nginx',
  curl: 'curl',
  ip: 'iproute2',
});
if (problem !== null) console.warn(`Redirect mode was not tried with real daemons: ${problem}`);

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

describe.runIf(problem === null)('redirect mode', () => {
  it('gives an unmodified client of the official API a local answer, tells nobody outside, and keeps its key nowhere', async () => {
    const folder = tempFolder();
    const caFolder = join(folder, 'ca');
    expect(await caCommand(['create', '--out', caFolder], testIo(folder))).toBe(0);
    const dnsFile = join(folder, 'dnsmasq.conf');
    const policy = loadPolicy(defaultPolicyText, 'default', Date.now());
    writeFileSync(
      dnsFile,
      exportPolicy(policy, 'dnsmasq', { ...defaultExportOptions, mode: 'redirect', gateway: '203.0.113.20' })
        .text,
    );
    const script = scriptedModel();
    const clientKey = `sk-${'f00d'.repeat(8)}`;
    const { stdout, stderr, status } = spawnSync(
      'unshare',
      [
        ...ownNamespaces,
        process.execPath,
        '--disable-warning=ExperimentalWarning',
        join(import.meta.dirname, 'redirect-lab.ts'),
        dnsFile,
        caFolder,
        script.path,
        folder,
      ],
      {
        encoding: 'utf8',
        timeout: 110_000,
        killSignal: 'SIGKILL',
        env: { ...process.env, [folderVariable]: folder, TEST_CLIENT_KEY: clientKey },
      },
    );
    expect({ status, stderr: stderr.slice(-2000) }).toMatchObject({ status: 0 });
    const outcome = JSON.parse(stdout) as RedirectOutcome;
    expect(outcome).toMatchObject({ untrusted: 60, curlStatus: '200', outside: [] });
    expect(outcome.openai.text).toBe(script.answerText);

    const files = filesBelow(folder);
    expect(files.some((path) => path.endsWith('.db') || path.endsWith('.sqlite'))).toBe(true);
    expect(files.filter((path) => readFileSync(path).includes(clientKey))).toEqual([]);
  }, 120_000);
});
