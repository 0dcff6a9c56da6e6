/**
 * How the processes are started so that nothing of them runs before the guard. Plain JavaScript without dependencies:
 * bin/stillroom.mjs reads it on any Node from 18 on.
 */
import { fileURLToPath } from 'node:url';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** The guard as a file path. `--require` and not `--import`: a worker made with `eval: true` runs its code before ESM preloads. */
export const guardPath = here('./guard.ts');

/** Node flags of the gateway and of every process below it. FFI would be a door around the guard. */
export function gatewayNodeFlags() {
  return ['--no-experimental-ffi', '--disable-warning=ExperimentalWarning', '--require', guardPath];
}

/**
 * Arguments for the right Node (26 or later) to run `stillroom ARGV`. `stillroom start` goes through the launcher, which
 * seals the process and then becomes `server/main.ts`; other commands are short-lived and run it directly. `--require-seal`
 * and `--no-seal` are for the launcher and go no further.
 */
export function nodeArguments(argv) {
  const [verb = 'start'] = argv;
  const serves = verb === 'start' || (verb.startsWith('-') && !['-h', '--help', '--version'].includes(verb));
  const entry =
    serves && !argv.includes('--help') && !argv.includes('-h') ? here('./launcher.ts') : here('../main.ts');
  return ['--disable-warning=ExperimentalWarning', entry, ...argv];
}
