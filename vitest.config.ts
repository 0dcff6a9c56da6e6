import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Real engine processes run on this machine's cores: files run one after another so that they don't starve each other.
    fileParallelism: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['tests/{policies,models,scheduler,serving,chat,store,support}/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: { name: 'integration', include: ['tests/{engine,http,egress,cli}/**/*.test.ts'] },
      },
      { extends: true, test: { name: 'browser', include: ['tests/web/**/*.test.{ts,tsx}'] } },
    ],
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
});
