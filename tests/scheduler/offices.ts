/** The people and programs of the simulations. */
import { cpuThroughput, logNormal, type Throughput, type User } from './simulation.ts';

const personLength = logNormal(350, 0.8);
const toolLength = logNormal(120, 0.5);

/** Asks, waits, reads for 20 seconds to 2 minutes, asks again; now and then gives up waiting. */
export function person(owner: string): User {
  return {
    owner,
    class: 'interactive',
    outstanding: 1,
    pause: (random) => 20_000 + random() * 100_000,
    turn: (random) => ({
      promptTokens: Math.round(50 + random() * 600),
      generatedTokens: personLength(random),
    }),
    impatience: 0.05,
  };
}

export function people(count: number): User[] {
  return Array.from({ length: count }, (_, index) => person(`person${index}`));
}

/** A person who always has this many turns in the system. */
export function flooder(owner: string, outstanding: number): User {
  return { ...person(owner), outstanding, pause: () => 0, impatience: 0 };
}

/** A program with long prompts and short answers. */
export function tool(owner: string, outstanding: number): User {
  return {
    owner,
    class: 'api',
    outstanding,
    pause: (random) => random() * 60_000,
    turn: (random) => ({
      promptTokens: Math.round(200 + random() * 1500),
      generatedTokens: toolLength(random),
    }),
  };
}

/** A neighbour takes half of the machine for a quarter of an hour, every three quarters. */
export const disturbed: Throughput = (running, nowMs) =>
  cpuThroughput(running, nowMs) * (Math.floor(nowMs / 900_000) % 3 === 1 ? 0.5 : 1);
