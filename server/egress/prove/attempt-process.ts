/** Runs one attempt by its id and prints how it looked from inside. Started by the matrix, one process per attempt. */
import { attempts } from './attempts/all.ts';
import { allowedId, startedMark } from './places.ts';

/** Some ways out never answer; the fake internet has long seen them by then. */
const longestMs = 2_500;

process.on('uncaughtException', (error) => leave(error));
setTimeout(() => leave(new Error('timeout')), longestMs).unref();

function leave(error: unknown): never {
  const { code, message } = error as NodeJS.ErrnoException;
  process.stdout.write(`${code ?? message}\n`);
  process.exit(1);
}

// Without this line the harness does not believe that nothing got out.
process.stdout.write(`${startedMark}\n`);
const allowed = { id: allowedId, run: () => fetch('http://ok.example/') };
const attempt = [...attempts, allowed].find((candidate) => candidate.id === process.argv[2]);
if (attempt === undefined) throw new Error(`There is no attempt "${process.argv[2]}".`);
try {
  await attempt.run();
  process.stdout.write('no error\n');
} catch (error) {
  const cause = (error as Error).cause;
  leave(cause instanceof Error ? cause : error);
}
