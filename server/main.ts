/** The command line: verbs → functions. Owns the process: signals, exit codes, what a person sees in the terminal. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StillroomError } from '#server/errors.ts';

const usage = `Stillroom: a private chat gateway for local DeepSeek-R1 distills

Usage: stillroom <command> [options]

Commands
  start              serve the web chat and the OpenAI-compatible API (default)
  models             the model shelf: list, show, pull, import, verify, use, remove
  engine             which build of the engine runs; make one for this processor
  doctor             what fits this machine, how fast it will be, and what to get
  policy             the network policy: check, test, explain, export, diff, status
  egress             prove that nothing gets out; watch what was refused
  ca                 certificates for answering the official address locally
  version            print the version
  help               print this text

Each command has its own --help.
`;

type Command = (args: string[]) => Promise<number>;

/** Loaded only when used, so that a short command does not pay for the gateway. */
const commands: Record<string, () => Promise<Command>> = {
  start: async () => (await import('#server/cli/start.ts')).startCommand,
  models: async () => (await import('#server/cli/models.ts')).modelsCommand,
  engine: async () => (await import('#server/cli/engine.ts')).engineCommand,
  doctor: async () => (await import('#server/cli/doctor.ts')).doctorCommand,
  policy: async () => (await import('#server/cli/policy.ts')).policyCommand,
  egress: async () => (await import('#server/cli/egress.ts')).egressCommand,
  ca: async () => (await import('#server/cli/ca.ts')).caCommand,
};

async function main(args: string[]): Promise<number> {
  const [verb = 'start', ...rest] =
    args[0]?.startsWith('--') && !['--help', '--version'].includes(args[0]) ? ['start', ...args] : args;
  if (verb === 'help' || verb === '--help' || verb === '-h') {
    process.stdout.write(usage);
    return 0;
  }
  if (verb === 'version' || verb === '--version') {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8'));
    process.stdout.write(`${version}\n`);
    return 0;
  }
  const load = Object.hasOwn(commands, verb) ? commands[verb] : undefined;
  if (load === undefined) {
    process.stderr.write(
      `Unknown command "${verb}". Known commands: ${[...Object.keys(commands), 'version', 'help'].join(', ')}.\n`,
    );
    return 2;
  }
  return (await load())(rest);
}

/** Null for a bug. What the system refuses (a file, a folder, an address) names itself. */
function sentenceOf(error: unknown): string | null {
  if (error instanceof StillroomError) return error.message;
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (syscall === undefined) return null;
  const remedies: Record<string, string> = {
    EACCES: ' This user may not do that: check owner and permissions, or choose another folder.',
    EPERM:
      ' The system does not allow that there: check owner and kind of the file system, or choose another folder.',
    EROFS: ' The file system is read-only: choose another folder.',
    ENOSPC: ' The disk is full: free some space.',
  };
  return `${message}.${remedies[code ?? ''] ?? ''}`;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const sentence = sentenceOf(error);
  if (sentence === null) throw error;
  process.stderr.write(`stillroom: ${sentence}\n`);
  process.exitCode = 1;
}
