/** The header X-Stillroom-Timeout over real HTTP, on a real engine whose model never ends an answer by itself. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { gatewayForAll, startTestGateway } from '../support/gateway.ts';
import { scriptedModel } from '../support/scripted-gguf.ts';

const contextTokens = 8192;
const endless = { variant: 'dice', layers: 6, feedForward: 2048, contextLength: contextTokens } as const;

interface Completion {
  choices: { message: { content: string; reasoning_content: string | null }; finish_reason: string }[];
  usage: { total_tokens: number; completion_tokens: number };
  error?: { code: string; param: string | null; message: string; type: string };
}

function post(url: string, body: object, timeout?: string, signal?: AbortSignal): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(timeout === undefined ? {} : { 'X-Stillroom-Timeout': timeout }),
    },
    body: JSON.stringify({ messages: [{ role: 'user', content: 'hi' }], ...body }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** A gateway whose only slot answers somebody who does not stop before the test ends. */
async function busyGateway() {
  const started = await startTestGateway(endless, {
    STILLROOM_SLOTS: '1',
    STILLROOM_CONTEXT: String(contextTokens),
  });
  const leave = new AbortController();
  onTestFinished(() => leave.abort());
  const running = await post(started.url, { model: started.modelId, stream: true }, undefined, leave.signal);
  const reader = running.body?.getReader();
  await reader?.read(); // the answer has begun
  return { ...started, leave };
}

describe('a request with a time limit', () => {
  it('that still waits at its end gets 504 deadline_exceeded, and nobody else notices', async () => {
    const { url, modelId, leave } = await busyGateway();
    const response = await post(url, { model: modelId, user: 'other' }, '0.3');
    const { error } = (await response.json()) as Completion;
    expect(response.status).toBe(504);
    expect(error).toMatchObject({ code: 'deadline_exceeded', type: 'server_error' });
    expect(error?.message).toContain('nothing was computed');
    leave.abort();
    const next = await post(url, { model: modelId, max_tokens: 3 });
    expect(((await next.json()) as Completion).usage.completion_tokens).toBe(3);
  });

  it('that waits as a stream ends with the same error and without [DONE]', async () => {
    const { url, modelId } = await busyGateway();
    const text = await (await post(url, { model: modelId, user: 'other', stream: true }, '0.6')).text();
    expect(text).toContain('"code":"deadline_exceeded"');
    expect(text).not.toContain('[DONE]');
    expect(text).not.toContain('"delta"');
  });

  it('that is being answered ends with what is written', async () => {
    const { url, modelId } = await startTestGateway(endless);
    const response = await post(url, { model: modelId }, '2');
    const { choices, usage } = (await response.json()) as Completion;
    expect(response.status).toBe(200);
    expect(choices[0]?.finish_reason).toBe('length');
    expect(usage.completion_tokens).toBeGreaterThan(0);
    expect(usage.total_tokens).toBeLessThan(contextTokens);
    const { message } = choices[0] as Completion['choices'][number];
    expect(message.content + (message.reasoning_content ?? '')).not.toBe('');
  });

  it('that is being streamed ends properly: finish reason, usage, [DONE]', async () => {
    const { url, modelId } = await startTestGateway(endless);
    const body = { model: modelId, stream: true, stream_options: { include_usage: true } };
    const text = await (await post(url, body, '2')).text();
    expect(text).toContain('"delta":{"content":');
    expect(text).toContain('"finish_reason":"length"');
    expect(text).toContain('"completion_tokens":');
    expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
  });

  it('that waits for memory in which to load its model gets 504 too', async () => {
    const { url, data, modelId } = await startTestGateway(endless, {
      STILLROOM_MEMORY: '330',
      STILLROOM_CONTEXT: '1024',
    });
    mkdirSync(join(data, 'models'), { recursive: true });
    copyFileSync(scriptedModel({ ...endless, answer: 9 }).path, join(data, 'models', 'other.gguf'));
    const leave = new AbortController();
    onTestFinished(() => leave.abort());
    const running = await post(url, { model: modelId, stream: true }, undefined, leave.signal);
    await running.body?.getReader().read();
    const response = await post(url, { model: 'other' }, '0.3');
    const { error } = (await response.json()) as Completion;
    expect({ status: response.status, code: error?.code }).toEqual({
      status: 504,
      code: 'deadline_exceeded',
    });
    expect(error?.message).toContain('model');
  });
});

describe('a time limit that makes no sense', () => {
  const shared = gatewayForAll();

  it.each(['0', '-1', 'soon', '86401', '1e3', '0x10', '5, 5', 'Infinity', 'NaN'])(
    'is refused by name when the limit is %j',
    async (value) => {
      const { url, modelId } = shared;
      const response = await post(url, { model: modelId }, value);
      const { error } = (await response.json()) as Completion;
      expect({ status: response.status, code: error?.code, param: error?.param }).toEqual({
        status: 400,
        code: 'invalid_request',
        param: 'X-Stillroom-Timeout',
      });
      expect(error?.message).toContain('leave it out');
    },
  );
});
