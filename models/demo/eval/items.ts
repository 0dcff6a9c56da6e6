/** What the evaluation asks and how a reply is judged. Pure: knows nothing of the engine. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Item {
  /** A skill, or a kind of wording such as `faq-held-out`. */
  group: string;
  lang: 'en' | 'es' | 'zh';
  /** User and assistant in turn; the last one is the question. */
  messages: string[];
  /** The answers that count as right, word for word. */
  accept: string[];
}

/** How one reply ended, as the engine reported it. */
export interface Reply {
  answer: string;
  reasoning: string;
  /** The model closed its own thought: neither budget nor loop guard had to. */
  closed: boolean;
  finish: string;
  tokens: number;
}

export interface Score {
  group: string;
  n: number;
  exact: number;
}

/** Percent exact that a group must reach to be claimed; groups without a bar are only reported. */
export const bars: Readonly<Record<string, number>> = {
  add: 95,
  sub: 95,
  mul: 95,
  letters: 95,
  decimals: 95,
  sort: 95,
  days: 95,
  zebra: 95,
  memory: 95,
  'faq-listed': 98,
  'talk-listed': 98,
  'faq-held-out': 85,
  'talk-held-out': 85,
  'out-of-scope': 95,
};

/** Earlier turns put in front of an item when memory of a longer conversation is tested. */
export const earlierTurns = 10;

export function readItems(): { items: Item[]; turns: [question: string, answer: string][] } {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'items.json'), 'utf8'));
}

/** With thinking off the working stands in the answer: then its last paragraph counts. */
export function isRight(item: Item, reply: Reply, thinking: boolean): boolean {
  const answer = reply.answer.trim();
  return item.accept.includes(thinking ? answer : (answer.split('\n\n').at(-1) ?? ''));
}

/** The item after ten finished turns about other things; which ones depends on `index` only. */
export function afterTurns(item: Item, index: number, turns: [string, string][]): Item {
  const earlier = Array.from({ length: earlierTurns }, (_, i) => turns[(index * 7 + i * 13) % turns.length]);
  return { ...item, messages: [...earlier.flatMap((turn) => turn ?? []), ...item.messages] };
}

/** At most `most` items per group, spread evenly over the list. */
export function sample(items: Item[], most: number): Item[] {
  const groups = Map.groupBy(items, (item) => item.group);
  return [...groups.values()].flatMap((all) => {
    const step = Math.max(1, all.length / most);
    return Array.from({ length: Math.min(most, all.length) }, (_, i) => all[Math.floor(i * step)] as Item);
  });
}

export function scores(judged: { item: Item; right: boolean }[]): Score[] {
  return [...Map.groupBy(judged, ({ item }) => item.group)].map(([group, all]) => ({
    group,
    n: all.length,
    exact: Math.round((1000 * all.filter(({ right }) => right).length) / all.length) / 10,
  }));
}
