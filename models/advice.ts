/** What of the catalogue suits a machine, how fast it will be, and which one to take. Pure. */
import { type CatalogueEntry, type CatalogueFile, catalogue } from './catalogue.ts';
import { type Fit, type FitSetting, fitModel } from './fit.ts';
import { catalogueFitInput } from './fit-input.ts';
import { answerSeconds, type Prediction, predictSpeed, type SpeedFacts } from './predict.ts';
import { catalogueWeights } from './weights.ts';

export interface Advice {
  readonly entry: CatalogueEntry;
  readonly file: CatalogueFile;
  readonly fits: Fit;
  /** Null when it does not fit. */
  readonly speed: Prediction | null;
  /** Seconds for a typical reasoning answer: best, expected, worst. */
  readonly answer: readonly [number, number, number] | null;
}

export interface Recommendation {
  readonly advice: Advice;
  readonly sentence: string;
  readonly command: string;
}

/** Slower than this, people stop reading along; faster than people read brings little. */
const comfortable = 5;
/** A model that answers slower than this is for overnight work. */
const bearable = 2;

export function adviseModels(setting: FitSetting, usableMemory: number, facts: SpeedFacts): Advice[] {
  return catalogue.flatMap((entry) =>
    entry.files.map((file) => {
      const fits = fitModel(catalogueFitInput(entry, file, facts.features), setting, usableMemory);
      const speed =
        fits.verdict === 'does_not_fit'
          ? null
          : predictSpeed(catalogueWeights(entry, file), entry.shape.vocabulary, facts);
      return { entry, file, fits, speed, answer: speed === null ? null : answerSeconds(speed) };
    }),
  );
}

/**
 * The reasoning model with the best published score among those that fit as asked and are comfortable to use; else the
 * fastest that fits. Of one model the finer quantisation only when it is still comfortable.
 */
export function recommend(advice: readonly Advice[]): Recommendation | null {
  const candidates = advice.filter((each) => each.entry.reasons && each.speed !== null);
  const asAsked = candidates.filter((each) => each.fits.verdict === 'fits');
  const comfortableOnes = asAsked.filter((each) => (each.speed?.decode ?? 0) >= comfortable);
  const best = comfortableOnes.toSorted((a, b) => score(b) - score(a) || b.file.bytes - a.file.bytes)[0];
  if (best !== undefined)
    return recommendation(best, `It has the best published score of what fits and writes ${rate(best)}.`);
  const fastest = (asAsked.length > 0 ? asAsked : candidates).toSorted(
    (a, b) => (b.speed?.decode ?? 0) - (a.speed?.decode ?? 0),
  )[0];
  if (fastest === undefined) return null;
  const slow =
    (fastest.speed?.decode ?? 0) < bearable
      ? ' That is for questions left overnight; set a thinking budget.'
      : '';
  return recommendation(
    fastest,
    `It is the fastest reasoning model that fits and writes ${rate(fastest)}.${slow}`,
  );
}

function score({ entry }: Advice): number {
  return entry.published.aime2024 ?? 0;
}

function rate({ speed }: Advice): string {
  return `about ${(speed?.decode ?? 0).toFixed(speed !== null && speed.decode < 10 ? 1 : 0)} tokens per second`;
}

function recommendation(advice: Advice, sentence: string): Recommendation {
  return {
    advice,
    sentence,
    command: `stillroom models pull ${advice.entry.name}:${advice.file.quantization}`,
  };
}
