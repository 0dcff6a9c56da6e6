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
    // Real engine processes and browsers run on this machine's cores: their files run one after another so that they don't starve
    // each other. Only the unit tests' files run two at a time.
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
