import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { EventQueue } from '#server/api/openai/event-queue.ts';
import { ChatCompletionRequest } from '#server/api/openai/schema.ts';
import { sseStream } from '#server/api/openai/sse.ts';
import { type Completion, toErrorBody, toMessages, toSeed } from '#server/api/openai/translate.ts';
import { wholeAnswer, within } from '#server/api/openai/whole.ts';
import { isFinal } from '#server/chat/events.ts';
import { samplingFor, thinkingFor } from '#server/chat/model.ts';
import { StillroomError } from '#server/errors.ts';
import { clientGone } from '#server/http/abort.ts';
import { errorReply, toStillroomError } from '#server/http/errors.ts';
import { deadlineOf } from '#server/http/timeout.ts';
import type { ZodTypeProvider } from '#server/http/zod.ts';
import { systemClock } from '#server/scheduler/clock.ts';
import { type ModelPool, notServed } from '#server/serving/pool.ts';
import { submitTo } from '#server/serving/submit.ts';

interface OpenaiOptions {
  pool: ModelPool;
  startedAt: Date;
}

/** A waiting client gets something at least this often, so that no proxy or client takes the silence for a dead server. */
const keepAliveMs = 10_000;

/** OpenAI-compatible API under /v1 (and without the prefix, as DeepSeek serves it). */
export async function openaiRoutes(
  scope: FastifyInstance,
  { pool, startedAt }: OpenaiOptions,
): Promise<void> {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  app.setErrorHandler(errorReply(toErrorBody));
  if (scope.prefix !== '') {
    const noSuchEndpoint = () => {
      throw new StillroomError(
        'not_found',
        'This endpoint does not exist here. There are GET /v1/models, POST /v1/chat/completions and POST /v1/chat/completions/{id}/answer.',
      );
    };
    app.setNotFoundHandler(noSuchEndpoint);
    // The files of the web chat are at every other address, so that a GET is never unknown to the router.
    app.get('/*', noSuchEndpoint);
  }

  /** Completions that are being worked on, by id. */
  const working = new Map<string, { owner: string; answerNow: () => void }>();

  const created = Math.floor(startedAt.getTime() / 1000);
  const entry = (id: string) => ({ id, object: 'model', created, owned_by: 'local' });
  app.get('/models', async () => ({
    object: 'list',
    data: (await pool.list()).map((model) => entry(model.card.id)),
  }));
  app.get<{ Params: { id: string } }>('/models/:id', async (request) => {
    const { id } = request.params;
    if (!(await pool.list()).some((model) => model.card.id === id)) throw notServed(id);
    return entry(id);
  });

  app.post('/chat/completions', { schema: { body: ChatCompletionRequest } }, async (request, reply) => {
    const body = request.body;
    const deadlineAt = deadlineOf(request.headers, systemClock.now());
    const head: Completion = {
      id: `chatcmpl-${randomUUID()}`,
      created: Math.floor(Date.now() / 1000),
      model: body.model,
    };
    const queue = new EventQueue();
    submit(request, deadlineAt, head.id, queue, clientGone(reply)).catch((error: Error) => {
      const known = toStillroomError(error);
      if (known.code === 'internal') request.log.error({ err: error }, 'request failed');
      queue.fail(known);
    });
    if (body.stream === true) {
      // What is refused before it was queued is answered with its own status, not with a stream that begins and breaks.
      await within(queue.first(), keepAliveMs);
      const frames = sseStream(head, queue, {
        includeUsage: body.stream_options?.include_usage === true,
        keepAliveMs,
      });
      return reply.type('text/event-stream; charset=utf-8').header('x-accel-buffering', 'no').send(frames);
    }
    return reply.type('application/json; charset=utf-8').send(await wholeAnswer(head, queue, keepAliveMs));
  });

  app.post<{ Params: { id: string } }>('/chat/completions/:id/answer', async (request, reply) => {
    const { id } = request.params;
    const completion = working.get(id);
    if (completion?.owner !== request.owner) {
      throw new StillroomError('not_found', 'No completion with this id is being worked on.');
    }
    completion.answerNow();
    return reply.code(202).send({ id, object: 'chat.completion.answer' });
  });

  async function submit(
    request: FastifyRequest<{ Body: ChatCompletionRequest }>,
    deadlineAt: number | null,
    id: string,
    queue: EventQueue,
    signal: AbortSignal,
  ): Promise<void> {
    const { body } = request;
    const user = body.user ?? body.user_id;
    const owner = user == null ? request.owner : `${request.owner}/${user}`;
    let over = false;
    const ticket = await submitTo(pool, {
      model: body.model,
      meta: {
        owner,
        client: request.owner,
        class: body.service_tier === 'flex' ? 'background' : 'api',
        deadlineAt,
      },
      signal,
      onEvent: (event) => {
        if (isFinal(event)) {
          over = true;
          working.delete(id);
        }
        queue.push(event);
      },
      prepare: ({ model }) => ({
        id,
        owner,
        conversation: null,
        messages: toMessages(body),
        sampling: samplingFor(model.served, {
          temperature: body.temperature,
          topP: body.top_p,
          topK: body.top_k,
          minP: body.min_p,
          seed: toSeed(body.seed),
          frequencyPenalty: body.frequency_penalty,
          presencePenalty: body.presence_penalty,
        }),
        // Whoever sends a seed wants the same text again.
        guess: body.seed == null,
        thinking: thinkingFor(model.served, {
          mode: body.thinking?.type,
          budgetTokens: body.thinking?.budget_tokens,
        }),
        maxTokens: body.max_completion_tokens ?? body.max_tokens ?? null,
        stop: body.stop,
        paceTokensPerSecond: null,
      }),
    });
    if (ticket !== null && !over) working.set(id, { owner: request.owner, answerNow: ticket.answerNow });
  }
}
