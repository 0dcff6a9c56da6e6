import OpenAI, { APIError } from 'openai';
import { describe, expect, it, onTestFinished } from 'vitest';
import { gatewayForAll, startTestGateway } from '../support/gateway.ts';

type Delta = { content?: string | null; reasoning_content?: string | null };

/** As a client without a library asks. */
function post(url: string, body: object, signal?: AbortSignal): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

describe('the unmodified openai client', () => {
  it('lists the model, answers whole and in a stream, and both say the same', async () => {
    const { url, said, modelId } = await startTestGateway({ thought: 6, answer: 9 });
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'any' });
    const models = await client.models.list();
    expect(models.data.map((model) => model.id)).toEqual([modelId]);
    expect((await client.models.retrieve(modelId)).owned_by).toBe('local');

    const request = { model: modelId, messages: [{ role: 'user' as const, content: 'hi' }] };
    const whole = await client.chat.completions.create(request);
    const message = whole.choices[0]?.message as Delta & { role: string };
    expect(message).toMatchObject({
      role: 'assistant',
      content: said.answerText,
      reasoning_content: said.thoughtText,
    });
    expect(whole.choices[0]?.finish_reason).toBe('stop');
    expect(whole.usage?.completion_tokens_details?.reasoning_tokens).toBeGreaterThanOrEqual(6);
    expect(whole.usage?.total_tokens).toBe(
      (whole.usage?.prompt_tokens ?? 0) + (whole.usage?.completion_tokens ?? 0),
    );

    const stream = await client.chat.completions.create({
      ...request,
      stream: true,
      stream_options: { include_usage: true },
    });
    let content = '';
    let reasoning = '';
    const ids = new Set<string>();
    const finishes: string[] = [];
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of stream) {
      ids.add(chunk.id);
      usage = chunk.usage ?? usage;
      const choice = chunk.choices[0];
      content += choice?.delta.content ?? '';
      reasoning += (choice?.delta as Delta | undefined)?.reasoning_content ?? '';
      if (choice?.finish_reason != null) finishes.push(choice.finish_reason);
    }
    expect({ content, reasoning, finishes, ids: ids.size }).toEqual({
      content: said.answerText,
      reasoning: said.thoughtText,
      finishes: ['stop'],
      ids: 1,
    });
    expect(usage).toMatchObject({
      prompt_tokens: whole.usage?.prompt_tokens,
      completion_tokens: whole.usage?.completion_tokens,
    });
  });

  it('stops at max_tokens and at a stop string, which is never looked for in the reasoning', async () => {
    const { url, said, modelId } = await startTestGateway({ thought: 5, answer: 12 });
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'any' });
    const messages = [{ role: 'user' as const, content: 'hi' }];
    const short = await client.chat.completions.create({
      model: modelId,
      messages,
      max_completion_tokens: 3,
    });
    expect(short.choices[0]?.finish_reason).toBe('length');
    expect(short.usage?.completion_tokens).toBe(3);
    const inThought = said.thoughtWords[2]?.trim() ?? '';
    const inAnswer = said.answerWords[4] ?? '';
    const stopped = await client.chat.completions.create({
      model: modelId,
      messages,
      stop: [inThought, inAnswer],
    });
    expect(stopped.choices[0]?.message.content).toBe(
      said.answerText.slice(0, said.answerText.indexOf(inAnswer)),
    );
    expect(stopped.choices[0]?.message).toMatchObject({ reasoning_content: said.thoughtText });
  });

  it('answers at once with thinking disabled', async () => {
    const { url, said, modelId } = await startTestGateway();
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'any' });
    const body = {
      model: modelId,
      messages: [{ role: 'user' as const, content: 'hi' }],
      thinking: { type: 'disabled' },
    };
    const answer = await client.chat.completions.create(body);
    expect(answer.choices[0]?.message).toMatchObject({ content: said.answerText, reasoning_content: null });
  });

  it('takes what clients send unasked and means "off"', async () => {
    const { url, said, modelId } = await startTestGateway({ thought: 2, answer: 4 });
    const response = await post(url, {
      model: modelId,
      messages: [{ role: 'user', content: 'hi' }],
      n: 1,
      logprobs: false,
      top_logprobs: 0,
      logit_bias: {},
      tools: [],
      tool_choice: 'auto',
      parallel_tool_calls: true,
      functions: [],
      function_call: 'none',
      response_format: { type: 'text' },
      modalities: ['text'],
      store: false,
      metadata: {},
      verbosity: 'medium',
      reasoning_effort: null,
      prediction: null,
      audio: null,
      web_search_options: null,
      stop: null,
      seed: null,
    });
    expect(response.status).toBe(200);
    const answer = (await response.json()) as OpenAI.ChatCompletion;
    expect(answer.choices[0]?.message.content).toBe(said.answerText);
  });

  it('frees the slot when the client hangs up in mid-stream', async () => {
    const { url, modelId } = await startTestGateway(
      // Without an end for longer than any test may take.
      { variant: 'dice', contextLength: 32768, layers: 8, feedForward: 4096 },
      { STILLROOM_SLOTS: '1', STILLROOM_CONTEXT: '32768' },
    );
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'any', maxRetries: 0 });
    const messages = [{ role: 'user' as const, content: 'hi' }];
    const stream = await client.chat.completions.create({ model: modelId, messages, stream: true });
    for await (const _chunk of stream) break; // leaving the loop closes the connection
    const next = await client.chat.completions.create({ model: modelId, messages, max_tokens: 2 });
    expect(next.usage?.completion_tokens).toBe(2);
  });
});

describe('sampling', () => {
  const shared = gatewayForAll({ variant: 'dice', thought: 2 });

  it.each([
    ['temperature', { temperature: 0 }],
    ['top_k', { temperature: 2, top_k: 1 }],
    ['top_p', { temperature: 2, top_p: 0.01 }],
    ['min_p', { temperature: 0.01, min_p: 1, top_k: 1 }],
  ])('honours %s: with it the seed no longer matters', async (_name, sampling) => {
    const client = new OpenAI({ baseURL: `${shared.url}/v1`, apiKey: 'any' });
    const rolled = async (seed: number, more: object) =>
      (
        await client.chat.completions.create({
          model: shared.modelId,
          messages: [{ role: 'user', content: 'roll' }],
          max_tokens: 40,
          seed,
          ...more,
        })
      ).choices[0]?.message.content;
    expect(await rolled(1, sampling)).toBe(await rolled(2, sampling));
    expect(await rolled(1, { temperature: 2 })).not.toBe(await rolled(2, { temperature: 2 }));
  });
});

/** Slow enough for something to happen in the middle of its thought. */
const thinker = { thought: 400, layers: 12, feedForward: 4096, contextLength: 2048 };

describe('answer now', () => {
  it('ends the thought of a running completion, and finds nothing to end when it is over', async () => {
    const { url, said, modelId } = await startTestGateway(thinker);
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'any' });
    const messages = [{ role: 'user' as const, content: 'hi' }];
    const stream = await client.chat.completions.create({ model: modelId, messages, stream: true });
    let answer = '';
    let reasoning = '';
    let id = '';
    for await (const chunk of stream) {
      const delta = chunk.choices[0]?.delta as Delta | undefined;
      reasoning += delta?.reasoning_content ?? '';
      answer += delta?.content ?? '';
      if (id !== '' || reasoning === '') continue;
      id = chunk.id;
      const asked = await fetch(`${url}/v1/chat/completions/${id}/answer`, { method: 'POST' });
      expect({ status: asked.status, body: await asked.json() }).toEqual({
        status: 202,
        body: { id, object: 'chat.completion.answer' },
      });
    }
    expect(answer).toBe(said.answerText);
    expect(said.thoughtText.startsWith(reasoning)).toBe(true);
    expect(reasoning.length).toBeLessThan(said.thoughtText.length);
    const late = await fetch(`${url}/v1/chat/completions/${id}/answer`, { method: 'POST' });
    expect(late.status).toBe(404);
    expect(await late.json()).toMatchObject({ error: { code: 'not_found' } });
  });
});

describe('service_tier', () => {
  it('flex waits behind whoever comes later without it', async () => {
    const { url, modelId } = await startTestGateway(thinker, { STILLROOM_SLOTS: '1' });
    const leave = new AbortController();
    onTestFinished(() => leave.abort());
    /** The first thing that its stream says. */
    const asked = async (extra: object) => {
      const response = await post(
        url,
        {
          model: modelId,
          messages: [{ role: 'user', content: 'hi' }],
          stream: true,
          ...extra,
        },
        leave.signal,
      );
      const { value } = await (response.body as ReadableStream<Uint8Array>).getReader().read();
      return new TextDecoder().decode(value).slice(0, 19);
    };
    expect(await asked({})).toMatch(/^data: /);
    expect(await asked({ service_tier: 'flex' })).toBe(': stillroom queue=1');
    expect(await asked({ service_tier: 'flex' })).toBe(': stillroom queue=2');
    expect(await asked({ service_tier: 'default' })).toBe(': stillroom queue=1');
  });
});

describe('bad requests', () => {
  // One gateway for all cases: none of them may leave it damaged.
  const shared = gatewayForAll();
  const user = { role: 'user', content: 'hi' };

  it.each([
    ['no model', () => ({ messages: [user] }), 400, 'model', /GET \/v1\/models/],
    [
      'an unknown model',
      () => ({ model: 'gpt-4o', messages: [user] }),
      404,
      'model',
      /"gpt-4o" is not served here/,
    ],
    ['no messages', () => ({ model: shared.modelId, messages: [] }), 400, 'messages', /at least one/],
    [
      'messages of the wrong type',
      () => ({ model: shared.modelId, messages: 'hi' }),
      400,
      'messages',
      /"messages"/,
    ],
    [
      'an unknown role',
      () => ({ model: shared.modelId, messages: [{ role: 'robot', content: 'x' }] }),
      400,
      'messages.0.role',
      /role must be/,
    ],
    [
      'an image',
      () => ({
        model: shared.modelId,
        messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }],
      }),
      400,
      'messages.0.content',
      /text parts/,
    ],
    [
      'temperature out of range',
      () => ({ model: shared.modelId, messages: [user], temperature: 3 }),
      400,
      'temperature',
      /at most 2/,
    ],
    [
      'temperature as text',
      () => ({ model: shared.modelId, messages: [user], temperature: 'hot' }),
      400,
      'temperature',
      /"temperature"/,
    ],
    [
      'max_tokens 0',
      () => ({ model: shared.modelId, messages: [user], max_tokens: 0 }),
      400,
      'max_tokens',
      /at least 1/,
    ],
    [
      'two different limits',
      () => ({ model: shared.modelId, messages: [user], max_tokens: 1, max_completion_tokens: 2 }),
      400,
      'max_tokens',
      /two names/,
    ],
    [
      'two different end users',
      () => ({ model: shared.modelId, messages: [user], user: 'a', user_id: 'b' }),
      400,
      'user',
      /two names/,
    ],
    [
      'several choices',
      () => ({ model: shared.modelId, messages: [user], n: 2 }),
      400,
      'n',
      /"n" is not supported/,
    ],
    [
      'tools',
      () => ({ model: shared.modelId, messages: [user], tools: [{}] }),
      400,
      'tools',
      /"tools" is not supported/,
    ],
    [
      'json mode',
      () => ({ model: shared.modelId, messages: [user], response_format: { type: 'json_object' } }),
      400,
      'response_format',
      /not supported/,
    ],
    [
      'logprobs',
      () => ({ model: shared.modelId, messages: [user], logprobs: true }),
      400,
      'logprobs',
      /not supported/,
    ],
    [
      'a parameter nobody knows',
      () => ({ model: shared.modelId, messages: [user], n_discard: -1 }),
      400,
      'n_discard',
      /"n_discard" is not supported/,
    ],
    [
      'an assistant message last',
      () => ({ model: shared.modelId, messages: [user, { role: 'assistant', content: 'x' }] }),
      400,
      'messages',
      /last message must be/,
    ],
    [
      'a name on a message',
      () => ({ model: shared.modelId, messages: [{ ...user, name: 'bob' }] }),
      400,
      'messages.0.name',
      /not supported/,
    ],
    [
      '17 stop strings',
      () => ({ model: shared.modelId, messages: [user], stop: Array(17).fill('x') }),
      400,
      'stop',
      /at most 16/,
    ],
    [
      'a prompt longer than the context',
      () => ({ model: shared.modelId, messages: [{ role: 'user', content: 'long '.repeat(9000) }] }),
      400,
      'messages',
      /tokens/,
    ],
  ])('%s is refused by name', async (_case, body, status, param, sentence) => {
    const response = await post(shared.url, body());
    const { error } = (await response.json()) as {
      error: { message: string; param: string; type: string; code: string };
    };
    expect({ status: response.status, param: error.param }).toEqual({ status, param });
    expect(error.message).toMatch(sentence);
    expect(error.message).not.toMatch(/\bat .*\.ts:\d/);
  });

  it.each([
    ['{"model": ', 'application/json', 400, 'invalid_json'],
    ['', 'application/json', 400, 'invalid_json'],
    ['hello', 'text/plain', 415, 'unsupported_media_type'],
    [`{"model":"${'x'.repeat(5_000_000)}"}`, 'application/json', 413, 'payload_too_large'],
  ])('a body like %.12s as %s is a clear error', async (body, type, status, code) => {
    const response = await fetch(`${shared.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    const { error } = (await response.json()) as { error: { code: string } };
    expect({ status: response.status, code: error.code }).toEqual({ status, code });
  });

  it('what cannot be honoured is refused with a code of its own', async () => {
    for (const extra of [{ n: 2 }, { logprobs: true }, { n_discard: -1 }]) {
      const response = await post(shared.url, { model: shared.modelId, messages: [user], ...extra });
      const { error } = (await response.json()) as { error: { code: string } };
      expect(error.code).toBe('unsupported_parameter');
    }
  });

  it.each([2 ** 63, -1, 0])('seed %d is taken', async (seed) => {
    const client = new OpenAI({ baseURL: `${shared.url}/v1`, apiKey: 'any' });
    const answer = await client.chat.completions.create({
      model: shared.modelId,
      messages: [{ role: 'user', content: 'hi' }],
      seed,
    });
    expect(answer.choices[0]?.finish_reason).toBe('stop');
  });

  it.each(['GET', 'POST'])('%s of what does not exist is answered in the same envelope', async (method) => {
    const response = await fetch(`${shared.url}/v1/embeddings`, { method });
    const { error } = (await response.json()) as { error: object };
    expect(response.status).toBe(404);
    expect(error).toMatchObject({ type: 'not_found_error', code: 'not_found', param: null });
  });

  it('the same refusals reach a stream as a status, not as a broken stream', async () => {
    const client = new OpenAI({ baseURL: `${shared.url}/v1`, apiKey: 'any', maxRetries: 0 });
    const request = {
      model: shared.modelId,
      messages: [{ role: 'user' as const, content: 'long '.repeat(9000) }],
      stream: true as const,
    };
    const error = await client.chat.completions.create(request).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(APIError);
    expect((error as APIError).status).toBe(400);
    expect((error as APIError).code).toBe('context_length_exceeded');
  });

  it('still answers after all of them', async () => {
    const client = new OpenAI({ baseURL: `${shared.url}/v1`, apiKey: 'any' });
    const answer = await client.chat.completions.create({
      model: shared.modelId,
      messages: [{ role: 'user', content: 'hi' }],
    });
    expect(answer.choices[0]?.finish_reason).toBe('stop');
  });
});
