/**
 * The composition root, in the order in which a request flows. Whoever reads only this file can draw the house:
 * headers → host and origin → owner → API → turns → model pool → fair queue → engine, and the store beside them.
 */
import fastifyWebsocket from '@fastify/websocket';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  LogController,
} from 'fastify';
import type { PrivacyOverview, ServerInfo } from '#server/api/app/contract.ts';
import { appRoutes } from '#server/api/app/routes.ts';
import { appSocket, socketPath } from '#server/api/app/socket.ts';
import { healthRoutes } from '#server/api/health.ts';
import { openaiRoutes } from '#server/api/openai/routes.ts';
import { ownerPlugin } from '#server/auth/owner.ts';
import type { Turns } from '#server/chat/turns.ts';
import { StillroomError } from '#server/errors.ts';
import { bodyLimitBytes, errorReply, plainErrorBody, toStillroomError } from '#server/http/errors.ts';
import { securityHeaders } from '#server/http/headers.ts';
import { requireSameOrigin } from '#server/http/same-origin.ts';
import { webRoutes } from '#server/http/static.ts';
import { zodValidator } from '#server/http/zod.ts';
import type { Logger } from '#server/logger.ts';
import type { ModelPool } from '#server/serving/pool.ts';

export interface AppParts {
  pool: ModelPool;
  turns: Turns;
  info: () => Promise<ServerInfo>;
  privacy: () => PrivacyOverview;
  log: Logger;
}

/** More at a time than this would take the file handles that engine and store need. */
const maxConnections = 800;

/** Builds the gateway without listening. @returns an app for `listen` (main) or `inject` (tests) */
export async function buildApp(parts: AppParts): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: parts.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyLimitBytes,
    // Slow-header and slow-body clients must not hold sockets for ever; answers may take as long as they take.
    connectionTimeout: 0,
    requestTimeout: 60_000,
    keepAliveTimeout: 72_000,
    forceCloseConnections: true,
    // Clients that offer HTTP/2 (`Upgrade: h2c`) are answered in HTTP/1.1, as the standard allows. So is whoever asks for
    // a web socket at another address: the plugin would open it and log that address whole, with a key in its query.
    http: {
      shouldUpgradeCallback: ({ headers, url }) =>
        headers.upgrade?.toLowerCase() === 'websocket' && url?.split('?', 1)[0] === socketPath,
    },
    frameworkErrors: (error, _request, reply) => {
      const known = toStillroomError(error);
      return (reply as FastifyReply).code(known.status).send(plainErrorBody(known));
    },
    clientErrorHandler(_error, socket) {
      const body = JSON.stringify(
        plainErrorBody(new StillroomError('invalid_request', 'This is not a valid HTTP request.')),
      );
      if (socket.writable) {
        socket.end(
          `HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
        );
      }
    },
  });
  app.server.maxConnections = maxConnections;
  // JSON only: a cross-site form can send text/plain without asking the browser first.
  app.removeContentTypeParser('text/plain');
  app.setValidatorCompiler(zodValidator);
  // Node hands the socket of an upgrade over for good: one that was refused would stay open, and deaf, until the client left.
  app.addHook('onSend', async (request, reply) => {
    if (request.headers.upgrade !== undefined) reply.header('connection', 'close');
  });
  app.addHook('onResponse', async (request) => {
    if (request.headers.upgrade !== undefined) request.raw.socket.destroySoon();
  });
  app.addHook('onRequest', securityHeaders);
  app.addHook('onRequest', requireSameOrigin);
  app.addHook('onResponse', async (request, reply) => {
    // The route pattern, not the URL: ids and query strings stay out of the log.
    request.log.info({
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    });
  });
  app.setErrorHandler(errorReply(plainErrorBody));
  app.setNotFoundHandler(() => {
    throw new StillroomError(
      'not_found',
      'There is nothing at this address. The chat is at /, the OpenAI-compatible API under /v1.',
    );
  });

  await app.register(ownerPlugin);
  await app.register(fastifyWebsocket, {
    options: { maxPayload: bodyLimitBytes },
    errorHandler(error, socket, request) {
      request.log.debug({ reason: error.message }, 'web socket ended');
      socket.terminate();
    },
  });
  await app.register(healthRoutes, { pool: parts.pool });
  await app.register(appRoutes, { turns: parts.turns, info: parts.info, privacy: parts.privacy });
  await app.register(appSocket, { turns: parts.turns, pool: parts.pool });
  const openai = { pool: parts.pool, startedAt: new Date() };
  await app.register(openaiRoutes, { ...openai, prefix: '/v1' });
  // Without the prefix too, as the official DeepSeek API serves it.
  await app.register(openaiRoutes, openai);
  await app.register(webRoutes);
  return app;
}
