import { Readable } from 'node:stream';
import type { EventQueue } from '#server/api/openai/event-queue.ts';
import { type Completion, collect, toCompletion, toErrorBody } from '#server/api/openai/translate.ts';
import { toStillroomError } from '#server/http/errors.ts';

/**
 * The JSON body of a chat completion: at once when it is there within `keepAliveMs`, else a stream in which empty lines keep
 * the connection alive while it is being worked on (as the official API does).
 * @throws StillroomError when the request fails before the first empty line
 */
export async function wholeAnswer(
  head: Completion,
  queue: EventQueue,
  keepAliveMs: number,
): Promise<object | Readable> {
  const finished = queue.all();
  if (await within(finished, keepAliveMs)) return toCompletion(head, collect(await finished));
  async function* body() {
    yield '\n';
    try {
      while (!(await within(finished, keepAliveMs))) yield '\n';
      yield JSON.stringify(toCompletion(head, collect(await finished)));
    } catch (error) {
      // The status is gone by now; the error envelope is what is left to tell.
      yield JSON.stringify(toErrorBody(toStillroomError(error as Error)));
    }
  }
  return Readable.from(body());
}

/** True when the promise settles within the time; the timer does not outlive the answer. */
export async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, ms, false);
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
