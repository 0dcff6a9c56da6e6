import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';
import { sourcesHash } from './build/sources.ts';

/** dist is committed: this file says which sources it was made from, and a test compares. */
function nameSources(): Plugin {
  return {
    name: 'stillroom-sources',
    writeBundle({ dir }) {
      if (dir !== undefined)
        writeFileSync(join(dir, 'sources.json'), `${JSON.stringify({ sha256: sourcesHash() }, null, 2)}\n`);
    },
  };
}

/** Compressed once, here: the server sends the .gz to whoever accepts it. */
function compress(): Plugin {
  return {
    name: 'stillroom-compress',
    writeBundle({ dir }, files) {
      for (const name of Object.keys(files)) {
        if (dir === undefined || !/\.(js|css)$/.test(name)) continue;
        const path = join(dir, name);
        writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  // Absolute addresses: the chat lives at the root of its own origin.
  base: '/',
  build: {
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // A data: URI is one more thing the content policy would have to allow.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    emptyOutDir: true,
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [nameSources(), compress()],
});
