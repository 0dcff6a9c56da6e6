/** `npm run test:engine-build`: compiles the engine for minutes, so it is no part of `npm test`. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['tests/engine/native-build.slow.ts'], testTimeout: 3_600_000, fileParallelism: false },
});
