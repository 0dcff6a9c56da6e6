/** What settings for all models and settings of one model have in common. */
import { z } from 'zod';

/** Digits from the environment count as numbers; null, booleans, lists and the like are not guessed at. */
export const wholeNumber = (min: number, max: number) =>
  z.preprocess(
    (value) => (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value),
    z
      .number({ error: 'must be a number' })
      .int({ error: 'must be a whole number' })
      .min(min, { error: `must be at least ${min}` })
      .max(max, { error: `must be at most ${max}` }),
  );

/** Which accelerator the engine may use. */
export const gpu = z.enum(['auto', 'off', 'cuda', 'vulkan', 'metal']);

/** " Did you mean …?", or nothing when no known name is like it. */
export function hintFor(key: string, known: readonly string[]): string {
  const near = known.find((name) => name.startsWith(key.slice(0, 3)) || key.startsWith(name));
  return near === undefined ? '' : ` Did you mean "${near}"?`;
}
