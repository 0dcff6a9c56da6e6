/** All measured values, and the table and chart made of them. */
import { cpus, loadavg } from 'node:os';
import { median } from '#server/engine/median.ts';
import { barChart } from './chart.ts';
import { asksAsTold, type Settings } from './settings.ts';

/** One measured value of one target: `measure` says of what, in which unit. */
interface Sample {
  measure: string;
  unit: string;
  target: string;
  value: number;
  round: number;
  /** Runnable processes on the machine, averaged over the last minute; most of them are the bench's own. */
  load: number;
}

export class Results {
  readonly samples: Sample[] = [];
  /** What is added belongs to this round. */
  round = 0;

  add(measure: string, unit: string, target: string, value: number): void {
    const load = loadavg()[0] ?? 0;
    this.samples.push({ measure, unit, target, value, round: this.round, load });
    console.log(
      `${measure.padEnd(60)} ${target.padEnd(14)} ${shown(value)} ${unit} (load ${load.toFixed(1)})`,
    );
  }

  measures(): { measure: string; unit: string }[] {
    const units = new Map(this.samples.map(({ measure, unit }) => [measure, unit]));
    return [...units].map(([measure, unit]) => ({ measure, unit }));
  }

  targets(): string[] {
    return [...new Set(this.samples.map(({ target }) => target))];
  }

  values(measure: string, target: string): number[] {
    return this.samples
      .filter((sample) => sample.measure === measure && sample.target === target)
      .map(({ value }) => value);
  }
}

/**
 * The quotients of values that were measured in the same round: servers are started anew every round and the machine drifts, so
 * the quotient of two medians can be that of values of different hours.
 */
export function quotients(results: Results, measure: string, above: string, below: string): number[] {
  const of = (target: string) =>
    new Map(
      results.samples
        .filter((sample) => sample.measure === measure && sample.target === target)
        .map(({ round, value }) => [round, value]),
    );
  const others = of(below);
  return [...of(above)].flatMap(([round, value]) => {
    const other = others.get(round);
    return other === undefined || other === 0 ? [] : [value / other];
  });
}

function shown(value: number): string {
  return value.toFixed(Math.abs(value) < 10 ? 2 : 1);
}

/** Every Stillroom over everything else, and over the Stillroom before it. */
function ratios(targets: string[]): [above: string, below: string][] {
  const isOurs = (name: string) => name.startsWith('stillroom');
  const ours = targets.filter(isOurs);
  const others = targets.filter((name) => !isOurs(name));
  return [
    ...ours.flatMap((name) => others.map((other): [string, string] => [name, other])),
    ...ours.slice(1).map((name, index): [string, string] => [name, ours[index] ?? '']),
  ];
}

export function table(settings: Settings, results: Results): string {
  const targets = results.targets();
  const pairs = ratios(targets);
  const header = ['measure', ...targets, ...pairs.map(([above, below]) => `${above} / ${below}`)];
  const rows = results.measures().map(({ measure, unit }) => {
    const cells = targets.map((target) => {
      const values = results.values(measure, target);
      if (values.length === 0) return '–';
      return `${shown(median(values))} (${shown(Math.min(...values))}–${shown(Math.max(...values))})`;
    });
    const ratioCells = pairs.map(([above, below]) => {
      const found = quotients(results, measure, above, below);
      if (found.length === 0) return '–';
      return `${median(found).toFixed(2)} (${Math.min(...found).toFixed(2)}–${Math.max(...found).toFixed(2)})`;
    });
    return [`${measure}, ${unit}`, ...cells, ...ratioCells];
  });
  const loads = results.samples.map(({ load }) => load);
  const sizes = settings.scenarios.some(asksAsTold)
    ? `, prompts of ${settings.promptCharacters} characters, ${settings.newTokens} new tokens`
    : '';
  const lines = [
    `# ${settings.title}`,
    '',
    `${new Date().toISOString().slice(0, 16)} UTC, ${cpus()[0]?.model.trim()}, ${settings.cores} cores, threads: ${settings.threads ?? 'chosen by Stillroom, all cores elsewhere'}, ` +
      `${settings.slots} slots of ${settings.contextTokens} tokens, batch ${settings.batchTokens}${sizes}. ` +
      `Medians of ${settings.rounds} rounds (least–most), of ratios within a round. Load average during the run: ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}.`,
    '',
    `| ${header.join(' | ')} |`,
    `|${header.map(() => '---').join('|')}|`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
  ];
  return lines.join('\n');
}

export function chart(settings: Settings, results: Results): string {
  const measures = settings.users.map((count) => `all tokens, ${count} users`);
  const series = results.targets().map((name) => ({
    name,
    values: measures.map((measure) => {
      const values = results.values(measure, name);
      return values.length === 0 ? null : median(values);
    }),
  }));
  const groups = settings.users.map((count) => `${count} ${count === 1 ? 'user' : 'users'}`);
  return barChart(settings.title, 'tokens per second, all users, prompts included', groups, series);
}
