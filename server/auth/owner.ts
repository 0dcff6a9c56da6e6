import fp from 'fastify-plugin';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose conversations this request may see. Every stored row has one. */
    owner: string;
  }
}

/**
 * Who is asking, decided before the body is read. On loopback whoever sits at this machine is the owner;
 * config.ts refuses every other address until accounts exist.
 */
export const ownerPlugin = fp(
  async (app) => {
    app.decorateRequest('owner', '');
    app.addHook('onRequest', async (request) => {
      request.owner = 'local';
    });
  },
  { name: 'owner' },
);
