import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ModelCard } from '#server/api/app/contract.ts';
import { EventQueue } from '#server/api/openai/event-queue.ts';
import { ChatCompletionRequest } from '#server/api/openai/schema.ts';
import { sseFrames } from '#server/api/openai/sse.ts';
import {
  type Completion,
  collect,
  toCompletion,
  toErrorBody,
  toMessages,
  toSeed,
} from '#server/api/openai/translate.ts';
import { type ServedModel, samplingFor } from '#server/chat/model.ts';
import { StillroomError } from '#server/errors.ts';
import { clientGone } from '#server/http/abort.ts';
import { toStillroomError } from '#server/http/errors.ts';
import type { ZodTypeProvider } from '#server/http/zod.ts';
import type { Scheduler, Ticket } from '#server/scheduler/scheduler.ts';

interface OpenaiOptions {
  scheduler: Scheduler;
  model: ServedModel;
  card: ModelCard;
  startedAt: Date;
}

/** A waiting client gets something at least this often, so that no proxy or client takes the silence for a dead server. */
const keepAliveMs = 10_000;

/** OpenAI-compatible API under /v1 (and without the prefix, as DeepSeek serves it). */
export async function openaiRoutes(
  scope: FastifyInstance,
  { scheduler, model, card, startedAt }: OpenaiOptions,
): Promise<void> {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  app.setErrorHandler((error: Error, request, reply) => {
    const known = toStillroomError(error);
    if (known.code === 'internal') request.log.error({ err: error }, 'request failed');
    if (known.retryAfter !== null) reply.header('retry-after', known.retryAfter);
    return reply.code(known.status).send(toErrorBody(known));
  });

  const entry = {
    id: card.id,
    object: 'model',
    created: Math.floor(startedAt.getTime() / 1000),
    owned_by: 'local',
  };
  app.get('/models', async () => ({ object: 'list', data: [entry] }));
  app.get<{ Params: { id: string } }>('/models/:id', async (request) => {
    assertModel(request.params.id);
    return entry;
  });

  app.post('/chat/completions', { schema: { body: ChatCompletionRequest } }, async (request, reply) => {
    const body = request.body;
    assertModel(body.model);
    const head: Completion = {
      id: `chatcmpl-${randomUUID()}`,
      created: Math.floor(Date.now() / 1000),
      model: card.id,
    };
    const queue = new EventQueue();
    const ticket = submit(request, body, head.id, queue);
    const gone = clientGone(reply);
    if (gone.aborted) ticket.cancel();
    else gone.addEventListener('abort', () => ticket.cancel(), { once: true });
    if (body.stream === true) {
      // What is refused before it was queued is answered with a status, not with a stream that begins and breaks.
      await queue.first();
      const frames = sseFrames(head, queue, {
        includeUsage: body.stream_options?.include_usage === true,
        keepAliveMs,
      });
      return reply
        .type('text/event-stream; charset=utf-8')
        .header('x-accel-buffering', 'no')
        .send(Readable.from(frames));
    }
    return answerWhole(reply, head, queue);
  });

  /** JSON answer. While it is being worked on, empty lines keep the connection alive (as the official API does). */
  async function answerWhole(
    reply: FastifyReply,
    head: Completion,
    queue: EventQueue,
  ): Promise<FastifyReply> {
    const finished = queue.all();
    if (await within(finished, keepAliveMs)) return reply.send(toCompletion(head, collect(await finished)));
    async function* body() {
      yield '\n';
      while (!(await within(finished, keepAliveMs))) yield '\n';
      try {
        yield JSON.stringify(toCompletion(head, collect(await finished)));
      } catch (error) {
        // The status is gone by now; the error envelope is what is left to tell.
        yield JSON.stringify(toErrorBody(toStillroomError(error as Error)));
      }
    }
    return reply.type('application/json; charset=utf-8').send(Readable.from(body()));
  }

  function submit(
    request: FastifyRequest,
    body: ChatCompletionRequest,
    id: string,
    queue: EventQueue,
  ): Ticket {
    const user = body.user ?? body.user_id;
    const owner = user == null ? request.owner : `${request.owner}/${user}`;
    return scheduler.submit(
      {
        id,
        owner,
        conversation: null,
        messages: toMessages(body),
        sampling: samplingFor(model, {
          temperature: body.temperature,
          topP: body.top_p,
          topK: body.top_k,
          minP: body.min_p,
          seed: toSeed(body.seed),
          frequencyPenalty: body.frequency_penalty,
          presencePenalty: body.presence_penalty,
        }),
        thinking: {
          mode: body.thinking?.type ?? 'enabled',
          budgetTokens: body.thinking?.budget_tokens ?? null,
        },
        maxTokens: body.max_completion_tokens ?? body.max_tokens ?? null,
        stop: body.stop,
        paceTokensPerSecond: null,
      },
      { owner, class: 'api' },
      (event) => queue.push(event),
    );
  }

  function assertModel(name: string): void {
    if (name === card.id) return;
    throw new StillroomError(
      'model_not_found',
      `The model "${name.slice(0, 100)}" is not served here. Use "${card.id}"; GET /v1/models lists what is available.`,
      {
        param: 'model',
      },
    );
  }
}

/** True when the promise settles within the time; the timer does not outlive the answer. */
async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, ms, false);
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
