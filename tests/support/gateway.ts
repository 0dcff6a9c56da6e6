import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, onTestFinished } from 'vitest';
import { readConfig } from '#server/config.ts';
import { startGateway } from '#server/gateway.ts';
import { createLogger } from '#server/logger.ts';
import { type ScriptOptions, scriptedModel } from './scripted-gguf.ts';
import { tempFolder } from './temp-folder.ts';

/** A whole gateway inside the test process: real HTTP on a free port, real SQLite, real engine child with a scripted model. */
export async function startTestGateway(script: ScriptOptions = {}, env: Record<string, string> = {}) {
  const started = await start(tempFolder(), script, env);
  onTestFinished(() => started.gateway.close());
  return started;
}

/** The same for all tests of a `describe`: filled in before the first of them. */
export function gatewayForAll(script: ScriptOptions = {}, env: Record<string, string> = {}) {
  const shared = { url: '', modelId: '' };
  beforeAll(async () => {
    const data = mkdtempSync(join(tmpdir(), 'stillroom-'));
    const { gateway, url, modelId } = await start(data, script, env);
    Object.assign(shared, { url, modelId });
    return async () => {
      await gateway.close();
      rmSync(data, { recursive: true });
    };
  });
  return shared;
}

async function start(data: string, script: ScriptOptions, env: Record<string, string>) {
  const said = scriptedModel(script);
  const config = readConfig(
    {
      STILLROOM_PORT: '0',
      STILLROOM_DATA: data,
      STILLROOM_MODEL: said.path,
      STILLROOM_LOG: 'silent',
      ...env,
    },
    data,
  );
  const gateway = await startGateway(config, createLogger(config.log));
  await gateway.ready;
  return { gateway, url: gateway.url, said, data, modelId: gateway.model.card.id };
}
