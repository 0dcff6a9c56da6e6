import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { PrivacyOverview, ServerInfo } from '#server/api/app/contract.ts';
import type { Turns } from '#server/chat/turns.ts';
import type { ZodTypeProvider } from '#server/http/zod.ts';

interface AppRoutesOptions {
  turns: Turns;
  info: () => Promise<ServerInfo>;
  privacy: () => PrivacyOverview;
}

const params = z.object({ id: z.string().max(64) });
const renameBody = z.strictObject({
  title: z.string().trim().min(1, 'must not be empty').max(200, 'must have at most 200 characters'),
});

/** REST side of the web chat; contract.ts describes it. Registered in a scope that has set `request.owner`. */
export async function appRoutes(
  scope: FastifyInstance,
  { turns, info, privacy }: AppRoutesOptions,
): Promise<void> {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  app.get('/api/info', async () => info());
  app.get('/api/privacy', async () => privacy());
  app.get('/api/conversations', async (request) => ({ conversations: turns.list(request.owner) }));
  app.get('/api/conversations/:id', { schema: { params } }, async (request) =>
    turns.detail(request.owner, request.params.id),
  );
  app.patch('/api/conversations/:id', { schema: { params, body: renameBody } }, async (request) =>
    turns.rename(request.owner, request.params.id, request.body.title),
  );
  app.delete('/api/conversations/:id', { schema: { params } }, async (request, reply) => {
    turns.remove(request.owner, request.params.id);
    return reply.code(204).send();
  });
}
