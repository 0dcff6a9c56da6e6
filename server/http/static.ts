import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const dist = join(import.meta.dirname, '..', '..', 'web', 'dist');

/** The built web chat. Files under /assets carry a hash of their content in the name and may be cached for ever. */
export async function webRoutes(app: FastifyInstance): Promise<void> {
  if (!existsSync(join(dist, 'index.html'))) {
    app.log.error('web/dist is missing: run "npm run build"');
    app.get('/', async (_request, reply) =>
      reply
        .code(503)
        .type('text/plain')
        .send('The web chat has not been built. Run "npm run build" and reload. The API under /v1 works.\n'),
    );
    return;
  }
  await app.register(fastifyStatic, {
    root: dist,
    cacheControl: false,
    // The build puts a .gz beside every script and style sheet: a third of the bytes, and no work here.
    preCompressed: true,
    setHeaders: (reply, path) => {
      if (path.startsWith(join(dist, 'assets')))
        reply.header('cache-control', 'public, max-age=31536000, immutable');
    },
  });
}
