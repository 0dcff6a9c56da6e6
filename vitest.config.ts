import { defineConfig } from 'vitest/config';

/** Those of the unit tests' folders that start a real engine, too. */
const withEngine = [
  'tests/models/{architectures,doctor}.test.ts',
  'tests/models/demo/**/*.test.ts',
  'tests/models/gguf/native.test.ts',
  'tests/scheduler/real-engine.test.ts',
];

export default defineConfig({
  test: {
    // A browser with its engine takes all cores of a small machine: those files run one after another. The others wait for
    // processes to start for half of their time, so two at a time keep two cores busy.
    fileParallelism: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'tests/{policies,models,scheduler,serving,chat,store}/**/*.test.ts',
            'tests/web/**/*.test.tsx',
          ],
          exclude: withEngine,
          fileParallelism: true,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['tests/{engine,http,egress,cli}/**/*.test.ts', ...withEngine],
          fileParallelism: true,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: { name: 'browser', include: ['tests/web/**/*.test.ts'], sequence: { groupOrder: 2 } },
      },
    ],
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
});
