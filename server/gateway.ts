/** Starts and stops the whole gateway: model, database, engine, queue, HTTP. What main.ts runs and integration tests start. */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { systemFiles } from '#models/machine/files.ts';
import { readMemory } from '#models/machine/memory.ts';
import type { ServerInfo } from '#server/api/app/contract.ts';
import { buildApp } from '#server/app.ts';
import { createTurns } from '#server/chat/turns.ts';
import type { Config } from '#server/config.ts';
import { openEgressAudit } from '#server/egress/audit.ts';
import { privacyOverview } from '#server/egress/overview.ts';
import { egressStatus } from '#server/egress/status.ts';
import { StillroomError } from '#server/errors.ts';
import type { Logger } from '#server/logger.ts';
import { createPool, tooBig } from '#server/serving/pool.ts';
import { type ResolvedModel, resolveDefault } from '#server/serving/resolve.ts';
import { createConversationStore } from '#server/store/conversations.ts';
import { openDatabase } from '#server/store/db.ts';

export interface Gateway {
  /** Where it listens, like http://127.0.0.1:8080. */
  url: string;
  model: ResolvedModel;
  /** A sentence when the model got less context or fewer slots than usual, else null. */
  memoryNotice: string | null;
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
  const { model, notice } = fitToMemory(await resolveDefault(config), freeBytes(config.memory, 0));
  if (notice !== null) log.info({ model: model.card.id }, notice);
  const db = openDatabase(config.data);
  const store = createConversationStore(db);
  const interrupted = store.endInterrupted(
    'Stillroom was restarted while this answer was being written. What had arrived is kept; send the message again for a whole answer.',
  );
  if (interrupted > 0)
    log.warn({ turns: interrupted }, 'answers cut by the last shutdown were marked as interrupted');

  const audit = openEgressAudit(config.data);
  const pool = createPool({
    config,
    defaultModel: model,
    log,
    freeBytes: (loadedBytes) => freeBytes(config.memory, loadedBytes),
    idleMs: config.idle * 60_000,
    memoryIsTight,
  });
  const turns = createTurns({ store, pool, maxMessageCharacters, log });
  const info = async (): Promise<ServerInfo> => ({
    version,
    model: model.card,
    engine: pool.state(model.card.id),
    models: (await pool.list()).map(({ card, served, settings }) => ({
      card,
      engine: pool.state(card.id),
      slots: pool.info(card.id)?.slots ?? settings.slots,
      contextTokens: pool.info(card.id)?.contextTokens ?? settings.contextTokens,
      thinkingBudget: served.thinkingBudget,
    })),
    egress: egressStatus(audit.childAttempts()),
    limits: { maxMessageCharacters },
    demoPace: model.served.pace,
  });
  const privacy = () => privacyOverview(config.data, audit.childAttempts());
  const app = await buildApp({ pool, turns, info, privacy, log });

  let closing: Promise<void> | null = null;
  const close = (graceMs = 0): Promise<void> => {
    closing ??= (async () => {
      await pool.drain(graceMs);
      await app.close();
      await pool.stop();
      turns.saveAll();
      audit.close();
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
  const ready = pool.start().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    url: `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`,
    model,
    memoryNotice: notice,
    ready,
    enginePid: () => pool.info(model.card.id)?.pid ?? null,
    close,
  };
}

/**
 * The default model as it fits. With an accelerator the engine decides by itself: weights are elsewhere then.
 * @throws StillroomError insufficient_memory with the arithmetic
 */
function fitToMemory(
  model: ResolvedModel,
  availableBytes: number,
): { model: ResolvedModel; notice: string | null } {
  if (!model.onCpu || model.needBytes <= availableBytes) return { model, notice: null };
  const smaller = model.smallerFor(availableBytes);
  if (smaller === null) throw tooBig(model, availableBytes);
  return { model: smaller.model, notice: smaller.sentence };
}

/** Below this share of the memory the machine begins to swap, or the kernel to kill. Swap itself is never counted as memory. */
const tightShare = 0.05;

function memoryIsTight(): boolean {
  const { usable, total, limit } = readMemory(systemFiles());
  return usable < (limit ?? total) * tightShare;
}

/** The share of the memory that models may take; the rest is for everything else on the machine. */
const headroom = 0.9;

/** What another model may take. `limitMib` = the setting `memory`, null = what the machine and its control group leave. */
function freeBytes(limitMib: number | null, loadedBytes: number): number {
  if (limitMib !== null) return limitMib * 1024 * 1024 - loadedBytes;
  const { usable, total, limit } = readMemory(systemFiles());
  // Weights are mapped files, which the kernel counts as available: what is loaded or loading is subtracted all the same.
  return Math.min(usable, (limit ?? total) * headroom - loadedBytes);
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
  if (code === 'EADDRNOTAVAIL') {
    return new StillroomError(
      'config_invalid',
      `This machine has no address ${config.host}. Choose another: STILLROOM_HOST=127.0.0.1.`,
      { cause },
    );
  }
  return cause;
}
