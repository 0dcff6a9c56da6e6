/** Which sources a build was made from. Used by the build and by the test that dist is up to date. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const web = join(import.meta.dirname, '..');
const root = join(web, '..');

/** Packages whose code ends up in the bundle or makes it. */
const packages = ['preact', '@preact/signals', 'marked', 'vite'];

/** SHA-256 over the paths and contents of everything dist is made from, and the installed versions of its packages. */
export function sourcesHash(): string {
  const hash = createHash('sha256');
  const files = readdirSync(web, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(web, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith(`dist${sep}`) && !path.endsWith('.md'))
    .sort();
  for (const path of files) {
    const content = readFileSync(join(web, path));
    hash.update(`${path.split(sep).join('/')} ${content.length}\n`).update(content);
  }
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  for (const name of packages) hash.update(`${name} ${devDependencies[name]}\n`);
  return hash.digest('hex');
}
