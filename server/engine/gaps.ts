/**
 * The native library evaluates the tokens of a batch together only when they are of neighbouring sequences, in rising order: 0 and
 * 2 cost two passes through the weights, like two users one after the other (llama.cpp, split_equal with `sequential`, which every
 * context with a memory per sequence uses). A token that nobody needs in the sequences between them makes it one pass.
 */

/**
 * The library's strategy for what goes into a batch, in the order of sequences: lanes give their number as priority. Left to itself
 * the order is that in which calls happen to arrive.
 */
export function inOrderOfSequence<
  Item extends { readonly tokens: readonly unknown[]; readonly evaluationPriority: number },
>({ items, size }: { items: readonly Item[]; size: number }): { item: Item; processAmount: number }[] {
  let left = size;
  return items
    .toSorted((a, b) => a.evaluationPriority - b.evaluationPriority)
    .map((item) => {
      const processAmount = Math.min(item.tokens.length, left);
      left -= processAmount;
      return { item, processAmount };
    });
}

/** More tokens for nothing than this cost about as much as the pass that they save: see bench/gaps.ts. */
const widest = 2;

/**
 * Which sequences to fill so that `writing`, rising, is evaluated in fewer passes. `fillable` = nobody is being answered there.
 */
export function gapsBetween(writing: readonly number[], fillable: (index: number) => boolean): number[] {
  return writing.slice(1).flatMap((index, at) => {
    const before = writing[at] ?? index;
    const gap = Array.from({ length: index - before - 1 }, (_, step) => before + 1 + step);
    return gap.length <= widest && gap.every(fillable) ? gap : [];
  });
}
