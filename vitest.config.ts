import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Tests wait for processes to start for half of their time, so two files at a time keep two cores busy.
    maxWorkers: 2,
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
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['tests/{engine,http,egress,cli}/**/*.test.ts', 'tests/web/dist.test.ts'],
          // Together with the units: whoever waits for the last of these has something else to do.
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['tests/web/**/*.test.ts'],
          exclude: ['tests/web/dist.test.ts'],
          // A browser with its engine takes all cores of a small machine.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
});
