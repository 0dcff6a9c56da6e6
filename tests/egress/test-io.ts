import type { CliIo } from '#server/cli/io.ts';

/** A terminal that remembers. */
export function testIo(
  workingFolder = '/',
  env: Record<string, string> = {},
): CliIo & { written: { out: string; err: string } } {
  const written = { out: '', err: '' };
  return {
    written,
    out: (text) => {
      written.out += text;
    },
    err: (text) => {
      written.err += text;
    },
    env,
    workingFolder,
    isTerminal: false,
    columns: 80,
    argv: null,
    signal: new AbortController().signal,
  };
}
