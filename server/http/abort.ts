import type { FastifyReply } from 'fastify';

/**
 * A signal that fires when the client really leaves before the answer is complete.
 * Not `request.signal`: in Fastify 5.12 it aborts as soon as the body of a POST has been read (fastify#6725, #7033).
 */
export function clientGone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  if (reply.raw.destroyed) controller.abort();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
