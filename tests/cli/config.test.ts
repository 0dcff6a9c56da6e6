import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '#server/config.ts';
import { tempFolder } from '../support/temp-folder.ts';

function withFile(content: string): string {
  const folder = tempFolder();
  writeFileSync(join(folder, 'stillroom.json'), content);
  return folder;
}

it('has safe defaults', () => {
  const folder = tempFolder();
  expect(readConfig({}, folder)).toMatchObject({
    host: '127.0.0.1',
    port: 8080,
    data: join(folder, 'data'),
    model: 'demo',
  });
});

it('lets the command line win over the environment and that over the file', () => {
  const folder = withFile('{"port": 1111, "slots": 2, "context": 4096}');
  expect(
    readConfig({ STILLROOM_PORT: '2222', STILLROOM_SLOTS: '3' }, folder, { port: '3333' }),
  ).toMatchObject({
    port: 3333,
    slots: 3,
    context: 4096,
  });
});

it.each([
  [
    { STILLROOM_PORT: 'http' },
    '{}',
    /"port" from the environment variable STILLROOM_PORT can't be used: must be a number/,
  ],
  [{ STILLROOM_PORT: '70000' }, '{}', /"port".*must be at most 65535/],
  [{ STILLROOM_SLOTS: '0' }, '{}', /"slots".*must be at least 1/],
  [{ STILLROOM_PROT: '80' }, '{}', /Unknown setting "prot" in the environment variable STILLROOM_PROT/],
  [{}, '{"slot": 2}', /Unknown setting "slot" in .*stillroom\.json\. Did you mean "slots"\?/],
  [{}, '{"port": "eighty"}', /"port" from .*stillroom\.json/],
  [{}, '{"port": null}', /"port".*must be a number/],
  [{}, '{"pace": false}', /"pace".*must be a number/],
  [{ STILLROOM_SLOTS: '0x10' }, '{}', /"slots".*must be a number/],
  [{}, '{"port": 80', /can't be read as JSON/],
  [{}, '[1]', /must hold one JSON object/],
  [{ STILLROOM_GPU: 'tpu' }, '{}', /"gpu"/],
  [{ STILLROOM_CONFIG: 'elsewhere.json' }, '{}', /elsewhere\.json, which does not exist/],
])('refuses %o with %s', (env, file, sentence) => {
  expect(() => readConfig(env, withFile(file))).toThrow(sentence);
});

it.each(['0.0.0.0', '192.168.1.10', '::', 'gateway.example', '128.0.0.1'])(
  'refuses to listen on %s until accounts exist',
  (host) => {
    expect(() => readConfig({ STILLROOM_HOST: host }, tempFolder())).toThrow(
      /has no accounts yet.*SSH tunnel/,
    );
  },
);

it.each(['127.0.0.1', '127.8.9.1', '::1', 'localhost'])('listens on %s', (host) => {
  expect(readConfig({ STILLROOM_HOST: host }, tempFolder()).host).toBe(host);
});

it('is not confused by the variables Kubernetes makes for a service called stillroom', () => {
  const links = {
    STILLROOM_PORT: 'tcp://10.0.0.1:8080',
    STILLROOM_SERVICE_HOST: '10.0.0.1',
    STILLROOM_PORT_8080_TCP_ADDR: '10.0.0.1',
  };
  expect(readConfig(links, tempFolder()).port).toBe(8080);
});

describe('the settings of single models', () => {
  const oneModel = (settings: object) => withFile(JSON.stringify({ models: { demo: settings } }));

  it('are read from the file', () => {
    const settings = {
      context: 4096,
      slots: 1,
      threads: 2,
      gpu: 'auto',
      gpuLayers: 20,
      kvType: 'q8_0',
      flashAttention: 'auto',
      systemPrompt: 'You work for a bakery.',
      thinkingBudget: 500,
      pinned: true,
    };
    expect(readConfig({}, oneModel(settings)).models).toEqual({ demo: settings });
    expect(readConfig({}, tempFolder()).models).toEqual({});
  });

  it.each<[object, RegExp]>([
    [
      { contxt: 1 },
      /Unknown setting "contxt" for the model "demo" in .*json\. Did you mean "context"\? Known/,
    ],
    [{ slots: 0 }, /"slots" for the model "demo" from .*json can't be used: must be at least 1\. Correct/],
    [{ kvType: 'q5_1' }, /"kvType" for the model "demo"/],
    [{ flashAttention: 'on' }, /"flashAttention" for the model "demo".*must be true, false or "auto"/],
    [{ pinned: 'yes' }, /"pinned" for the model "demo".*must be true or false/],
    [{ systemPrompt: '' }, /"systemPrompt" for the model "demo".*must not be empty/],
    [{ thinkingBudget: -1 }, /"thinkingBudget" for the model "demo".*must be at least 0/],
    [
      { kvType: 'q8_0', flashAttention: false },
      /"kvType" "q8_0" needs flash attention, and "flashAttention" is false/,
    ],
    [{ gpu: 'off', gpuLayers: 4 }, /"gpuLayers" 4 needs an accelerator, and "gpu" is "off"/],
  ])('refuse %o', (settings, sentence) => {
    expect(() => readConfig({}, oneModel(settings))).toThrow(sentence);
  });

  it('refuse layers for an accelerator that is off for all models', () => {
    expect(() => readConfig({ STILLROOM_GPU: 'off' }, oneModel({ gpuLayers: 4 }))).toThrow(/"gpu" is "off"/);
  });

  it('refuse what is no object', () => {
    expect(() => readConfig({}, withFile('{"models": ["demo"]}'))).toThrow(/"models".*must be an object/);
  });

  it('come from nowhere else', () => {
    expect(() => readConfig({ STILLROOM_MODELS: '{}' }, tempFolder())).toThrow(
      /"models" can't come from the environment variable STILLROOM_MODELS\. Write it into stillroom\.json/,
    );
  });
});
