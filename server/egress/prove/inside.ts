/**
 * Runs inside the new namespace: builds the fake internet, runs matrix and product, prints one JSON line per result and a
 * last one with everything. Argument: JSON of InsideOptions.
 */
import { startFakeInternet } from './fake-internet.ts';
import { type AttemptResult, type Configuration, reachesAllowed, runMatrix } from './matrix.ts';
import { prepareNetwork } from './namespace.ts';
import { type ProductResult, runProduct } from './product.ts';

export interface InsideOptions {
  configurations: Configuration[];
  /** Attempt ids; null = all. */
  only: string[] | null;
  /** Run the product too; its model, null = its default. */
  product: { model: string | null } | null;
  /** Path of the policy that is put to the proof; null = the shipped one. */
  policy: string | null;
}

export interface InsideResult {
  attempts: AttemptResult[];
  /** The guarded processes reach what they are allowed to; null when `guarded` was not run. */
  allowedReached: boolean | null;
  product: ProductResult | null;
}

export type InsideMessage =
  | { type: 'attempt'; result: AttemptResult }
  | { type: 'end'; result: InsideResult };

const options = JSON.parse(process.argv[2] ?? '{}') as InsideOptions;
const say = (message: InsideMessage) => process.stdout.write(`${JSON.stringify(message)}\n`);

prepareNetwork();
const internet = await startFakeInternet();
const attempts = await runMatrix(
  options.configurations,
  internet,
  { only: options.only === null ? null : new Set(options.only), policy: options.policy },
  (result) => say({ type: 'attempt', result }),
);
const allowedReached = options.configurations.includes('guarded') ? await reachesAllowed(internet) : null;
const product =
  options.product === null ? null : await runProduct(internet, options.product.model, options.policy);
say({ type: 'end', result: { attempts, allowedReached, product } });
internet.close();
