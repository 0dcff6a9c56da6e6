/**
 * Measures the shipped file through the product's engine and prints the table of the model card.
 *
 *   node models/demo/eval/run.ts [--model FILE] [--most N] [--wrong] [--write]
 *
 * --most N  at most N items per group (a quick look)    --wrong  show the misses
 * --write   record the result in eval.json; the card is made from it by write-card.ts
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createEngine } from '#server/engine/supervisor.ts';
import { askAll } from './ask.ts';
import { afterTurns, bars, earlierTurns, readItems, sample, scores } from './items.ts';

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: join(import.meta.dirname, '..', 'stillroom-demo.gguf') },
    most: { type: 'string', default: '1000' },
    wrong: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

const slots = 4;
const perGroupLater = 100;
const most = Number(values.most);
const { items, turns } = readItems();
const newEngine = () =>
  createEngine({ modelPath: values.model, slots, contextTokens: 4096, threads: 1, gpu: 'off' });
// Two processes of one thread each: the second one asks what comes after earlier turns and with thinking off.
const [engine, second] = [newEngine(), newEngine()];
const loading = performance.now();
const info = await engine.start();
const startMs = Math.round(performance.now() - loading);

const began = performance.now();
const laterItems = sample(items, Math.min(most, perGroupLater));
const afterOthers = laterItems.map((item, i) => afterTurns(item, i, turns));
await second.start();
const [first, [later, direct]] = await Promise.all([
  askAll(engine, sample(items, most), { slots }),
  (async () =>
    [
      await askAll(second, afterOthers, { slots }),
      await askAll(second, laterItems, { slots, mode: 'disabled' }),
    ] as const)(),
]);
const seconds = (performance.now() - began) / 1000;
await Promise.all([engine.stop(), second.stop()]);

const all = [...first, ...later];
const open = all.filter(({ reply }) => !reply.closed);
const cut = all.filter(({ reply }) => reply.finish !== 'stop');
const afresh = new Map(
  scores(first.filter(({ item }) => laterItems.includes(item))).map((s) => [s.group, s.exact]),
);
const [laterScores, directScores] = [later, direct].map(
  (results) => new Map(scores(results).map((s) => [s.group, s.exact])),
);

const rows = scores(first).map(({ group, n, exact }) => ({
  group,
  n,
  exact,
  bar: bars[group] ?? null,
  sameItemsFirst: afresh.get(group) ?? null,
  afterTenTurns: laterScores?.get(group) ?? null,
  withoutThought: directScores?.get(group) ?? null,
}));
console.table(rows);
console.log(
  `${all.length} answers, ${open.length} without a closed thought, ${cut.length} without a natural end; ${Math.round(seconds)} s; start ${startMs} ms; context ${info.contextTokens}`,
);
for (const { group, n } of scores(open)) console.log(`not closed: ${group} ${n}`);
for (const { group, n } of scores(cut)) console.log(`not ended by itself: ${group} ${n}`);
if (values.wrong) {
  for (const { item, reply, right } of first) {
    if (!right)
      console.log(
        JSON.stringify([item.group, item.messages.at(-1), reply.reasoning, reply.answer, item.accept[0]]),
      );
  }
}
if (values.write) {
  const file = readFileSync(values.model);
  const result = {
    sha256: createHash('sha256').update(file).digest('hex'),
    bytes: file.length,
    date: new Date().toISOString().slice(0, 10),
    contextTokens: info.contextTokens,
    sampling: 'greedy',
    earlierTurns,
    answers: all.length,
    withoutNaturalEnd: new Set([...open, ...cut]).size,
    rows,
  };
  writeFileSync(join(import.meta.dirname, 'eval.json'), `${JSON.stringify(result, null, 2)}\n`);
}
