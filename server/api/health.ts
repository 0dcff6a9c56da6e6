import type { FastifyInstance } from 'fastify';
import type { ModelPool } from '#server/serving/pool.ts';

/** For process managers and load balancers: `live` = the process answers, `ready` = a question would be answered. */
export async function healthRoutes(app: FastifyInstance, { pool }: { pool: ModelPool }): Promise<void> {
  app.get('/health/live', async () => ({ status: 'live' }));
  app.get('/health/ready', async (_request, reply) => {
    const engine = pool.state(pool.defaultModel.card.id);
    // An unloaded default has made room for another model and comes back with the next question.
    const ready = engine.state === 'ready' || engine.state === 'unloaded';
    reply.code(ready ? 200 : 503);
    if (!ready) reply.header('retry-after', '2');
    return { status: ready ? 'ready' : 'unavailable', engine, queue: pool.stats() };
  });
}
