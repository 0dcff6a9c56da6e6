import type { FastifyInstance } from 'fastify';
import type { Engine } from '#server/engine/engine.ts';
import type { Scheduler } from '#server/scheduler/scheduler.ts';

interface HealthOptions {
  engine: Engine;
  scheduler: Scheduler;
}

/** For process managers and load balancers: `live` = the process answers, `ready` = a question would be answered. */
export async function healthRoutes(
  app: FastifyInstance,
  { engine, scheduler }: HealthOptions,
): Promise<void> {
  app.get('/health/live', async () => ({ status: 'live' }));
  app.get('/health/ready', async (_request, reply) => {
    const ready = engine.state.state === 'ready';
    reply.code(ready ? 200 : 503);
    if (!ready) reply.header('retry-after', '2');
    return { status: ready ? 'ready' : 'unavailable', engine: engine.state, queue: scheduler.stats() };
  });
}
