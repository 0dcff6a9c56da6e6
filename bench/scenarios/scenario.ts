/** What the scenarios share: whom they measure, where their numbers go, and texts that no cache has seen. */
import { ask } from '../client.ts';
import { filled, type LoadOptions, type LoadResult, runLoad } from '../load.ts';
import type { Target } from '../targets.ts';

/** What of the settings a scenario may look at. */
export interface Conditions {
  users: number[];
  /** Answers that the server writes at the same time. */
  slots: number;
  contextTokens: number;
  promptCharacters: number;
  newTokens: number;
}

/** Takes a measured value; `measure` says of what. */
export type Report = (measure: string, unit: string, value: number) => void;

export type Scenario = (target: Target, conditions: Conditions, report: Report) => Promise<void>;

export type Sizes = Pick<LoadOptions, 'promptCharacters' | 'followUpCharacters' | 'newTokens' | 'readingMs'>;

let runs = 0;
/** Unique, and different at its very beginning, so that no server finds a run's prompts in its cache. */
const salt = () => `${(++runs * 7919).toString(36)}${process.pid.toString(36)}`;

/** Such a prompt as one message. */
export function freshPrompt(characters: number) {
  return [{ role: 'user' as const, content: filled(`${salt()} asks: `, characters) }];
}

/** Only Stillroom knows users, tells intervals and says when it begins. */
export function isStillroom({ name }: Target): boolean {
  return name.startsWith('stillroom');
}

/** Several users with conversations of several turns. */
export function load(
  { baseUrl, model }: Target,
  users: number,
  turns: number,
  sizes: Sizes,
): Promise<LoadResult> {
  return runLoad({ baseUrl, model, users, turns, ...sizes, salt: salt() });
}

const knownDensity = new Map<string, number>();

/** Characters that make so many tokens for this model, by what the server counts (`usage.prompt_tokens`). */
export async function charactersFor(target: Target, tokens: number): Promise<number> {
  let density = knownDensity.get(target.model);
  if (density === undefined) {
    const counted = async (characters: number) => {
      const answer = ask(target, { messages: freshPrompt(characters), maxTokens: 1, seed: 1 });
      return (await answer.whole).promptTokens;
    };
    density = (600 - 100) / ((await counted(600)) - (await counted(100)));
    knownDensity.set(target.model, density);
  }
  return Math.round(tokens * density);
}
