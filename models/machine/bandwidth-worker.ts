/** One core of the measurement. Runs bursts on request and answers with the best of each kind. */
import { parentPort, workerData } from 'node:worker_threads';
import { createKernels, productsPerRound } from './kernels.ts';

const { bytes } = workerData as { bytes: number };
const kernels = createKernels(bytes);
// Untouched pages would all be the same page of zeros.
kernels.memory.fill(1);

/** Rounds of the cache kernel in one burst: about 2 ms. */
const rounds = 500_000;

parentPort?.on('message', ({ until, kind }: { until: number; kind: 'read' | 'dot' }) => {
  const bursts: number[] = [];
  while (Date.now() < until) {
    const started = performance.now();
    if (kind === 'read') kernels.read(0, bytes);
    else kernels.dot(rounds, 0);
    const seconds = (performance.now() - started) / 1000;
    bursts.push((kind === 'read' ? bytes : rounds * productsPerRound) / seconds);
  }
  parentPort?.postMessage(bursts);
});
parentPort?.postMessage('ready');
