import { parseArgs } from 'node:util';
import closeWithGrace from 'close-with-grace';
import { onStopSignal, stopSignals } from '#server/cli/signals.ts';
import { readConfig } from '#server/config.ts';
import { egressStatus } from '#server/egress/status.ts';
import { startGateway, version } from '#server/gateway.ts';
import { createLogger } from '#server/logger.ts';

const help = `Usage: stillroom start [options]

Serves the web chat and the OpenAI-compatible API. Every option can also be set in the environment
(STILLROOM_PORT=8081) or in stillroom.json in the working folder ({"port": 8081}).
Settings of single models go into stillroom.json only, under "models"; docs/models.md lists them.

  --host ADDRESS     listen here; only loopback until accounts exist       127.0.0.1
  --port N           0 = any free port                                     8080
  --data FOLDER      chats, models, caches                                 ./data
  --model NAME|FILE  demo, a model of "stillroom models list", or a GGUF   demo
  --slots N          answers generated at the same time                    chosen for the model
  --context N        context tokens per slot                               chosen for the model
  --threads N        CPU threads of the engine                             measured
  --gpu KIND         auto, off, cuda, vulkan, metal                        auto
  --engine BUILD     auto, prebuilt, native (see "stillroom engine")       auto
  --pace N           tokens/s of the demo model in the web chat, 0 = off   60
  --queue N          most waiting requests before 429                      256
  --memory MIB       what loaded models may take together                  what is available
  --idle MINUTES     unload a model other than the default after           10
  --log LEVEL        fatal, error, warn, info, debug, silent               warn on a terminal, else info
  --require-seal     only start when the kernel refuses outbound connections; command line only
  --no-seal          start with the in-process guard alone; command line only
`;

const options = Object.fromEntries(
  [
    'host',
    'port',
    'data',
    'model',
    'slots',
    'context',
    'threads',
    'gpu',
    'engine',
    'pace',
    'queue',
    'memory',
    'idle',
    'log',
  ].map((name) => [name, { type: 'string' }]),
) as Record<string, { type: 'string' }>;

/** How long running answers may go on after SIGTERM, in milliseconds. */
const graceMs = 10_000;

/** `stillroom start`: serves until a signal. @returns the exit code */
export async function startCommand(args: string[]): Promise<number> {
  let flags: Record<string, string>;
  try {
    const { values } = parseArgs({ args, options: { ...options, help: { type: 'boolean', short: 'h' } } });
    if (values.help === true) {
      process.stdout.write(help);
      return 0;
    }
    flags = values as Record<string, string>;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\nSee: stillroom start --help\n`);
    return 2;
  }
  process.umask(0o077);
  const config = readConfig(process.env, process.cwd(), flags);
  const log = createLogger(config.log);
  const gateway = await startGateway(config, log);
  const { card } = gateway.model;
  if (gateway.memoryNotice !== null) process.stdout.write(`${gateway.memoryNotice}\n`);
  process.stdout.write(
    `Stillroom ${version} · ${card.name}${card.isDemo ? ' (demo model)' : ''} · loading …\n`,
  );
  const closing = closeWithGrace(
    {
      delay: graceMs + 5_000,
      // A start that failed closes the gateway by itself, and its exit code has to stay. Signals: see below.
      skip: ['beforeExit', ...stopSignals],
      logger: { error: (message: unknown) => log.error({ err: message }, 'shutdown') },
    },
    async ({ err }) => {
      if (err) log.error({ err }, 'unexpected error, shutting down');
      await gateway.close(err ? 0 : graceMs);
    },
  );
  onStopSignal(
    () => void closing.close(),
    () => process.exit(1),
  );
  await gateway.ready;
  const { level, sentence } = egressStatus();
  process.stdout.write(`Network: ${level}. ${sentence}\n`);
  process.stdout.write(
    `Ready. Open ${gateway.url} to chat; OpenAI-compatible API at ${gateway.url}/v1\nStop with Ctrl+C.\n`,
  );
  return 0;
}
