import type { IncomingHttpHeaders } from 'node:http';
import { StillroomError } from '#server/errors.ts';

const header = 'X-Stillroom-Timeout';
/** A day: nobody waits longer for an answer, and a timer of this length is safe. */
const mostSeconds = 86_400;

/**
 * When the client stops being interested: `nowMs` plus the seconds of its X-Stillroom-Timeout header, null without one.
 * @throws StillroomError invalid_request naming the header
 */
export function deadlineOf(headers: IncomingHttpHeaders, nowMs: number): number | null {
  const value = headers[header.toLowerCase()];
  if (value === undefined) return null;
  // Plain decimals only: Number() would also take "", "0x10" and "1e3".
  const seconds =
    typeof value === 'string' && /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : Number.NaN;
  if (seconds > 0 && seconds <= mostSeconds) return nowMs + seconds * 1000;
  throw new StillroomError(
    'invalid_request',
    `The header "${header}" can't be used: it must be a number of seconds above 0 and at most ${mostSeconds}. Correct it, or leave it out to wait as long as it takes.`,
    { param: header },
  );
}
