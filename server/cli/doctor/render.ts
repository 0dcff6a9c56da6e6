/** The doctor's report as text. */
import type { Advice, Recommendation } from '#models/advice.ts';
import { whyNotServed } from '#models/catalogue.ts';
import { amount, type FitSetting } from '#models/fit.ts';
import type { SpeedMeasurement } from '#models/machine/bandwidth.ts';
import type { Machine } from '#models/machine/inspect.ts';
import { type Prediction, typicalAnswer } from '#models/predict.ts';
import type { EngineMeasurement } from '#server/cli/doctor/measure.ts';
import { duration } from '#server/cli/progress.ts';
import { table } from '#server/cli/table.ts';

export interface Comparison {
  readonly name: string;
  readonly predicted: Prediction & { readonly resident: number };
  readonly measured: EngineMeasurement;
}

export interface DoctorReport {
  readonly machine: Machine;
  readonly speed: SpeedMeasurement;
  readonly threads: number;
  /** Which build of the engine runs and what another would gain. */
  readonly engine: string;
  readonly setting: FitSetting;
  readonly advice: readonly Advice[];
  readonly recommendation: Recommendation | null;
  /** Models that are here already. */
  readonly installed: readonly string[];
  readonly comparison: Comparison | null;
}

export function renderReport(report: DoctorReport): string {
  const sections = [
    `This machine\n${machineLines(report)}`,
    `Models, planned for ${report.setting.slots} × ${report.setting.contextTokens} tokens\n${modelLines(report.advice)}`,
    `"Answer" is a typical reasoning answer: ${typicalAnswer.answerTokens.toLocaleString('en')} tokens of thought and text on a question of ${typicalAnswer.promptTokens}.\nHard questions take several times as many. Speeds are for one user at a time${errorBand(report.advice)}.\n`,
    report.comparison === null
      ? ''
      : `Prediction and measurement: ${report.comparison.name}\n${comparisonLines(report.comparison)}`,
    recommendationText(report),
  ];
  return sections.filter((section) => section !== '').join('\n');
}

function machineLines({ machine, speed, threads, engine }: DoctorReport): string {
  const { processor, memory, storage, isolation, board } = machine;
  const rows: [string, string][] = [
    [
      'System',
      `${machine.system}, Node ${machine.node}${machine.glibc === null ? '' : `, glibc ${machine.glibc}`}`,
    ],
    ['Processor', `${processor.model}: ${cores(processor)}; engine threads: ${threads}`],
    ['Instructions', processor.features.join(' ') || 'unknown'],
    ['Memory', memoryText(memory)],
    [
      'Speed',
      `reads ${gigabytes(speed.one.read)} with one core, ${gigabytes(speed.all.read)} with ${speed.cores}; ${(speed.all.products / 1e9).toFixed(0)} billion products/s`,
    ],
    [
      'Disk',
      `${amount(storage.free)} of ${amount(storage.total)} free at ${storage.path}${storage.isCard ? ' (memory card)' : ''}`,
    ],
    ...machine.accelerators.map((each): [string, string] => [
      'Accelerator',
      `${each.name}: ${each.sentence}`,
    ]),
    [
      'Isolation',
      `user namespaces: ${isolation.userNamespaces}, seccomp: ${isolation.seccomp}, Landlock: ${isolation.landlock}`,
    ],
  ];
  if (machine.accelerators.length === 0)
    rows.push(['Accelerator', 'none found; the engine runs on the processor']);
  rows.push(['Engine', engine]);
  if (board.temperature !== null)
    rows.push(['Temperature', `${board.temperature.toFixed(0)} °C${board.throttled ? ', throttled' : ''}`]);
  return (
    table(rows) +
    notes(machine, speed)
      .map((note) => `! ${note}\n`)
      .join('')
  );
}

function cores({ physicalCores, logicalCores, allowedCores, quotaCores }: Machine['processor']): string {
  const parts = [`${physicalCores} cores`];
  if (logicalCores > physicalCores) parts.push(`${logicalCores} threads`);
  if (allowedCores < logicalCores) parts.push(`${allowedCores} allowed here`);
  if (quotaCores !== null) parts.push(`limited to ${quotaCores.toFixed(1)} cores' worth of time`);
  return parts.join(', ');
}

function memoryText(memory: Machine['memory']): string {
  const limit = memory.limit === null ? '' : `, limited to ${amount(memory.limit)}`;
  const swap = memory.swapTotal === 0 ? 'no swap' : `${amount(memory.swapTotal)} swap`;
  return `${amount(memory.total)}${limit}, ${swap}; a model may take ${amount(memory.usable)}`;
}

function gigabytes(perSecond: number): string {
  return `${(perSecond / 1e9).toFixed(1)} GB/s`;
}

function notes(machine: Machine, speed: SpeedMeasurement): string[] {
  const found = [...machine.board.notes];
  if (machine.clock !== null) found.push(machine.clock);
  if (machine.glibc === null && process.platform === 'linux') {
    found.push(
      'This system has no glibc, which the engine needs. Use a Debian-based image instead of Alpine.',
    );
  }
  if (machine.memory.swapUsed > machine.memory.swapTotal / 2 && machine.memory.swapTotal > 0) {
    found.push(
      'More than half of the swap is in use. A model that is swapped out writes one token in minutes; free memory first.',
    );
  }
  if (machine.storage.isCard)
    found.push('The data folder lies on a memory card: models load slowly. A USB or NVMe disk is better.');
  if (speed.foreignLoad > 0.2) {
    found.push(
      `Other programs used ${(speed.foreignLoad * 100).toFixed(0)}% of the processor during the measurement. The speeds below are those of the idle machine; while others work, it is slower.`,
    );
  }
  return found;
}

function modelLines(advice: readonly Advice[]): string {
  const rows = advice.map(({ entry, file, fits, speed, answer }) => [
    `${entry.name}:${file.quantization}`,
    amount(file.bytes),
    amount(fits.need.total),
    fits.verdict === 'fits'
      ? 'fits'
      : fits.verdict === 'fits_smaller'
        ? `fits with ${fits.slots} × ${fits.contextTokens}`
        : `${amount(fits.missing)} missing`,
    speed === null ? '' : rate(speed.decode),
    speed === null ? '' : rate(speed.prefill),
    answer === null ? '' : `${duration(answer[0])} – ${duration(answer[2])}`,
    whyNotServed(entry) === null ? `${entry.published.aime2024 ?? '–'}` : 'not served',
  ]);
  return table(
    [['MODEL', 'FILE', 'MEMORY', 'HERE', 'WRITES/s', 'READS/s', 'ANSWER', 'AIME 2024'], ...rows],
    [1, 2, 4, 5],
  );
}

function rate(tokensPerSecond: number): string {
  return tokensPerSecond.toFixed(tokensPerSecond < 10 ? 1 : 0);
}

function errorBand(advice: readonly Advice[]): string {
  const speed = advice.find((each) => each.speed !== null)?.speed;
  if (speed === undefined || speed === null) return '';
  return `, ±${speed.decodeError * 100}% writing, ±${speed.prefillError * 100}% reading`;
}

function comparisonLines({ predicted, measured }: Comparison): string {
  const row = (name: string, expected: number, found: number, text: (value: number) => string) => [
    name,
    text(expected),
    text(found),
    `${found >= expected ? '+' : ''}${((found / expected - 1) * 100).toFixed(0)}%`,
  ];
  return table(
    [
      ['', 'PREDICTED', 'MEASURED', 'DIFFERENCE'],
      row('writes tokens/s', predicted.decode, measured.decode, rate),
      row('reads tokens/s', predicted.prefill, measured.prefill, rate),
      row('memory', predicted.resident, measured.resident, amount),
      ['threads', '', String(measured.threads), ''],
    ],
    [1, 2, 3],
  );
}

function recommendationText({ recommendation, machine, installed }: DoctorReport): string {
  if (recommendation === null) {
    return `No reasoning model of the catalogue fits into ${amount(machine.memory.usable)}. The demo model runs everywhere: stillroom start\n`;
  }
  const { advice, sentence, command } = recommendation;
  const [file = ''] = advice.file.paths;
  const here = installed.find((id) => file.endsWith(`${id}.gguf`));
  const text = `Recommended: ${advice.entry.title} ${advice.file.quantization}. ${sentence}\n`;
  return here === undefined
    ? `${text}  ${command}\n`
    : `${text}  It is here already: stillroom models use ${here}\n`;
}
