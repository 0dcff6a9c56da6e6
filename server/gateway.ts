/** Starts and stops the whole gateway: model, database, engine, queue, HTTP. What main.ts runs and integration tests start. */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ServerInfo } from '#server/api/app/contract.ts';
import { buildApp } from '#server/app.ts';
import { createTurns } from '#server/chat/turns.ts';
import type { Config } from '#server/config.ts';
import { createEngine } from '#server/engine/supervisor.ts';
import { StillroomError } from '#server/errors.ts';
import type { Logger } from '#server/logger.ts';
import { createScheduler } from '#server/scheduler/scheduler.ts';
import { type ResolvedModel, resolveModel } from '#server/served-model.ts';
import { createConversationStore } from '#server/store/conversations.ts';
import { openDatabase } from '#server/store/db.ts';

export interface Gateway {
  /** Where it listens, like http://127.0.0.1:8080. */
  url: string;
  model: ResolvedModel;
  /** Resolves when the model is loaded. Rejects when it can't be: the gateway has closed itself then. */
  ready: Promise<void>;
  /** Process id of the engine child, null while there is none. */
  enginePid(): number | null;
  /** Running answers get `graceMs` to finish; then everything ends in order and what was received is on disk. */
  close(graceMs?: number): Promise<void>;
}

export const { version } = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8'),
) as { version: string };

/** Longest message of the web chat in characters: about four times the largest context worth waiting for on a CPU. */
const maxMessageCharacters = 200_000;

/** @throws StillroomError before listening when model, data folder or port can't be used */
export async function startGateway(config: Config, log: Logger): Promise<Gateway> {
  const model = await resolveModel(config);
  const db = openDatabase(config.data);
  const store = createConversationStore(db);
  const interrupted = store.endInterrupted(
    'Stillroom was restarted while this answer was being written. What had arrived is kept; send the message again for a whole answer.',
  );
  if (interrupted > 0)
    log.warn({ turns: interrupted }, 'answers cut by the last shutdown were marked as interrupted');

  const engine = createEngine({
    modelPath: model.path,
    slots: config.slots ?? model.defaults.slots,
    contextTokens: config.context ?? model.defaults.contextTokens,
    threads: config.threads,
    gpu: config.gpu,
    log,
  });
  const scheduler = createScheduler({
    engine,
    model: model.card.id,
    log,
    limits: { maxWaiting: config.queue },
  });
  const turns = createTurns({ store, engine, scheduler, model: model.served, maxMessageCharacters, log });
  const info = (): ServerInfo => ({
    version,
    model: model.card,
    engine: engine.state,
    slots: engine.info?.slots ?? config.slots ?? model.defaults.slots,
    contextTokens: engine.info?.contextTokens ?? config.context ?? model.defaults.contextTokens,
    egress: { level: 'guarded', sentence: '', allowed: [], blockedAttempts: 0 },
    limits: { maxMessageCharacters },
    demoPace: model.served.pace,
  });
  const app = await buildApp({ engine, scheduler, turns, model: model.served, card: model.card, info, log });

  let closing: Promise<void> | null = null;
  const close = (graceMs = 0): Promise<void> => {
    closing ??= (async () => {
      await scheduler.drain(graceMs);
      await app.close();
      await engine.stop();
      turns.saveAll();
      db.close();
    })();
    return closing;
  };

  try {
    await app.listen({ host: config.host, port: config.port });
  } catch (cause) {
    await close();
    throw listenError(cause, config);
  }
  const { port } = app.server.address() as AddressInfo;
  const ready = engine.start().then(
    () => undefined,
    async (error: unknown) => {
      await close();
      throw error;
    },
  );
  return {
    url: `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`,
    model,
    ready,
    enginePid: () => engine.info?.pid ?? null,
    close,
  };
}

function listenError(cause: unknown, config: Config): unknown {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') {
    return new StillroomError(
      'port_in_use',
      `Port ${config.port} on ${config.host} is already taken, perhaps by another Stillroom. Stop that one or choose another port: STILLROOM_PORT=8081.`,
      { cause },
    );
  }
  if (code === 'EACCES') {
    return new StillroomError(
      'port_in_use',
      `This user may not listen on port ${config.port}. Choose one above 1023, for example STILLROOM_PORT=8080.`,
      { cause },
    );
  }
  return cause;
}
