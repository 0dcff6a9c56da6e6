import pino from 'pino';
import type { Config } from '#server/config.ts';

/**
 * JSON lines on stderr. A request is logged by route pattern, status and duration: bodies, query strings,
 * headers, prompts and answers are never log fields, so there is nothing to redact by accident.
 */
export function createLogger(level: Config['log']) {
  return pino(
    {
      level: level ?? (process.stderr.isTTY ? 'warn' : 'info'),
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: ['*.headers', 'headers', '*.authorization', '*.cookie', '*.body'], remove: true },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

export type Logger = ReturnType<typeof createLogger>;
