/** Seals itself like the gateway, then prints what the kernel refuses. */
import { fileURLToPath } from 'node:url';
import { gatewayNodeFlags } from '../flags.mjs';
import { sealAndExec } from '../launcher.ts';
import { readSeal } from '../seal/read.ts';

if (process.argv[2] === 'sealed') process.stdout.write(JSON.stringify(readSeal()));
else {
  process.exitCode = sealAndExec(
    [...gatewayNodeFlags(), fileURLToPath(import.meta.url), 'sealed'],
    process.env,
    { require: true, off: false },
  );
}
