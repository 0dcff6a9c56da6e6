/** Brings card.json and the table of README.md in line with eval.json: `node models/demo/eval/write-card.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Row {
  group: string;
  n: number;
  exact: number;
  bar: number | null;
  sameItemsFirst: number | null;
  afterTenTurns: number | null;
  withoutThought: number | null;
}

interface Evaluation {
  sha256: string;
  bytes: number;
  date: string;
  contextTokens: number;
  answers: number;
  withoutNaturalEnd: number;
  rows: Row[];
}

const names: Readonly<Record<string, string>> = {
  add: 'addition, up to three digits',
  sub: 'subtraction, up to three digits',
  mul: 'multiplication, up to three digits',
  letters: 'letters in a word',
  decimals: 'comparing decimals',
  sort: 'sorting 3 to 6 numbers',
  days: 'weekday up to 30 days ahead',
  zebra: 'three-person puzzle',
  memory: 'name and number told earlier',
  repeat: 'repeating words',
  'faq-listed': 'questions about Stillroom, listed wordings',
  'faq-held-out': 'questions about Stillroom, unseen wordings and typos',
  'talk-listed': 'greetings and small talk, listed wordings',
  'talk-held-out': 'greetings and small talk, unseen wordings',
  'out-of-scope': 'says so when it cannot (200 hand-written prompts)',
};

const folder = join(import.meta.dirname, '..');
const evaluation: Evaluation = JSON.parse(readFileSync(join(folder, 'eval', 'eval.json'), 'utf8'));

const reached = (row: Row): boolean => row.bar !== null && row.exact >= row.bar;
const percent = (value: number | null): string => (value === null ? '' : `${value} %`);

function table(rows: Row[]): string {
  const lines = rows.map((row) =>
    [
      '',
      names[row.group] ?? row.group,
      row.n,
      percent(row.exact),
      percent(row.bar),
      `${percent(row.sameItemsFirst)} → ${percent(row.afterTenTurns)}`,
      percent(row.withoutThought),
      '',
    ]
      .join(' | ')
      .trim(),
  );
  return [
    '| | n | exact | bar | first turn → after 10 turns (same items) | thinking off |',
    '|---|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

const claimed = evaluation.rows.filter(reached);
const missed = evaluation.rows.filter((row) => row.bar !== null && !reached(row));
const unclaimed = evaluation.rows.filter((row) => row.bar === null);
const sections = [
  `Measured on ${evaluation.date} with the file of sha256 \`${evaluation.sha256}\` (${evaluation.bytes.toLocaleString('en')} bytes), through the engine of this repository, greedy, ${evaluation.contextTokens} tokens of context. ${evaluation.answers.toLocaleString('en')} answers; ${evaluation.withoutNaturalEnd} of them did not close their thought or end by themselves.`,
  `### Claimed\n\n${table(claimed)}`,
  ...(missed.length > 0 ? [`### Below the bar, not claimed\n\n${table(missed)}`] : []),
  ...(unclaimed.length > 0 ? [`### Measured without a bar\n\n${table(unclaimed)}`] : []),
];

const readme = join(folder, 'README.md');
const text = readFileSync(readme, 'utf8');
const [begin, end] = ['<!-- measured -->', '<!-- /measured -->'];
const [before, after] = [text.indexOf(begin), text.indexOf(end)];
if (before === -1 || after === -1) throw new Error(`README.md lacks ${begin} … ${end}`);
writeFileSync(
  readme,
  `${text.slice(0, before + begin.length)}\n${sections.join('\n\n')}\n${text.slice(after)}`,
);

const cardPath = join(folder, 'card.json');
const card = JSON.parse(readFileSync(cardPath, 'utf8'));
card.sha256 = evaluation.sha256;
card.skills = claimed.map((row) => names[row.group] ?? row.group);
writeFileSync(cardPath, `${JSON.stringify(card, null, 2)}\n`);
