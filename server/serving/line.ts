/**
 * The line of those who wait for a model's memory. Owners take turns, so nobody's many requests keep others from their first;
 * whoever has waited for long comes before, so that nobody is put off for ever either.
 */

export interface InLine {
  readonly owner: string;
  /** When it came, in milliseconds. */
  readonly sinceMs: number;
}

/** After so many milliseconds nobody who came later is served before. */
const patienceMs = 120_000;

export class Line<Entry extends InLine> {
  /** By arrival. */
  #entries: Entry[] = [];
  /** The number of the last service of each owner of whom more wait; later ones are higher. */
  readonly #served = new Map<string, number>();
  #services = 0;

  get length(): number {
    return this.#entries.length;
  }

  count(matches: (entry: Entry) => boolean): number {
    return this.#entries.filter(matches).length;
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
  }

  /** False when it does not wait any more. */
  remove(entry: Entry): boolean {
    const index = this.#entries.indexOf(entry);
    if (index < 0) return false;
    this.#entries.splice(index, 1);
    if (!this.#entries.some(({ owner }) => owner === entry.owner)) this.#served.delete(entry.owner);
    return true;
  }

  /** Removes one that is served. */
  take(entry: Entry): void {
    this.#served.set(entry.owner, ++this.#services);
    this.remove(entry);
  }

  /** Removes all, by arrival. */
  clear(): Entry[] {
    this.#served.clear();
    return this.#entries.splice(0);
  }

  next(nowMs: number): Entry | undefined {
    return nextOf(this.#entries, this.#served, nowMs);
  }

  /** All of them, in the order in which they would be served now. */
  order(nowMs: number): Entry[] {
    const left = [...this.#entries];
    const served = new Map(this.#served);
    const order: Entry[] = [];
    for (let entry = nextOf(left, served, nowMs); entry !== undefined; entry = nextOf(left, served, nowMs)) {
      left.splice(left.indexOf(entry), 1);
      order.push(entry);
      served.set(entry.owner, this.#services + order.length);
    }
    return order;
  }
}

function nextOf<Entry extends InLine>(
  entries: readonly Entry[],
  served: ReadonlyMap<string, number>,
  nowMs: number,
): Entry | undefined {
  const [oldest] = entries;
  if (oldest === undefined || nowMs - oldest.sinceMs > patienceMs) return oldest;
  const last = ({ owner }: Entry) => served.get(owner) ?? 0;
  return entries.reduce((best, entry) => (last(entry) < last(best) ? entry : best), oldest);
}
