/**
 * The native library evaluates the tokens of a batch together only when they are of neighbouring sequences, in rising order: 0 and
 * 2 cost two passes through the weights, like two users one after the other (llama.cpp, split_equal with `sequential`, which every
 * context with a memory per sequence uses). A token that nobody needs in the sequences between them makes it one pass, which is
 * quicker on many machines. So is a fourth token beside three: see `rows`.
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

/** Three more cost as much as the pass that they save: five tokens 147 ms, two passes 140 (1.5B shape, two cores of a Xeon). */
const widest = 2;

/** Weights are multiplied with so many tokens at a time, and with what is left over one by one. */
const rows = 4;

/**
 * Which sequences to fill so that `writing`, rising, is evaluated in fewer passes, and a fourth one beside three. `fillable` =
 * there is such a sequence and nobody is being answered there.
 */
export function worthFilling(writing: readonly number[], fillable: (index: number) => boolean): number[] {
  const gaps = writing.slice(1).flatMap((index, at) => {
    const before = writing[at] ?? index;
    const gap = Array.from({ length: index - before - 1 }, (_, step) => before + 1 + step);
    return gap.length <= widest && gap.every(fillable) ? gap : [];
  });
  const [first = 0] = writing;
  const last = writing.at(-1) ?? 0;
  const together = writing.length + gaps.length;
  if (together !== last - first + 1 || together % rows !== rows - 1) return gaps;
  return [...gaps, ...[last + 1, first - 1].filter(fillable).slice(0, 1)];
}

/** So many steps of either kind are remembered; the shortest counts, because a busy machine only ever makes them longer. */
const remembered = 3;
/** The worse choice is tried again after so many steps: answers grow, and other programs come and go. */
const again = 100;
/** With many slots there are more sets of them than are worth remembering. */
const mostSets = 500;

export interface GapPlan {
  /** To be filled in this step. */
  slots: number[];
  /** By what the time of the step is remembered; null = there was nothing to choose. */
  key: string | null;
}

interface Costs {
  filled: number[];
  open: number[];
  steps: number;
}

/**
 * Chooses by the time that steps take whether to fill. That depends on the processor: for 0 and 2 it saves a quarter of a step on a
 * Xeon of 2023 (bench/gaps.ts), and where a token more costs nearly as much as a pass it would lose time.
 */
export class GapFiller {
  readonly #costs = new Map<string, Costs>();

  /** Arguments as those of `worthFilling`. */
  plan(writing: readonly number[], fillable: (index: number) => boolean): GapPlan {
    const slots = worthFilling(writing, fillable);
    if (slots.length === 0) return { slots, key: null };
    const key = `${writing} ${slots}`;
    const { filled, open, steps } = this.#costsOf(key);
    const known = Math.min(filled.length, open.length) === remembered;
    const pays = Math.min(...filled) < Math.min(...open);
    const fills = known ? pays !== (steps % again === 0) : filled.length <= open.length;
    return { slots: fills ? slots : [], key };
  }

  /** The planned step took so many milliseconds. */
  measured({ slots, key }: GapPlan, elapsedMs: number): void {
    if (key === null) return;
    const costs = this.#costsOf(key);
    costs.steps++;
    const kind = slots.length > 0 ? costs.filled : costs.open;
    kind.push(elapsedMs);
    if (kind.length > remembered) kind.shift();
  }

  #costsOf(key: string): Costs {
    let costs = this.#costs.get(key);
    if (costs === undefined) {
      if (this.#costs.size >= mostSets) this.#costs.clear();
      costs = { filled: [], open: [], steps: 0 };
      this.#costs.set(key, costs);
    }
    return costs;
  }
}
