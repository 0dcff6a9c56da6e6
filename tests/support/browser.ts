/**
 * A real Chromium for the tests, on a machine that has none: STILLROOM_CHROMIUM names one, else Debian's is taken,
 * else the one inside @sparticuz/chromium is unpacked (once, about a second) with the libraries a bare Debian lacks.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';

interface Chromium {
  executablePath: string;
  env: Record<string, string>;
}

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--font-render-hinting=none',
];

/** Starts Chromium without a window. Whoever starts it closes it. */
export async function startBrowser(): Promise<Browser> {
  const found = await findChromium();
  return chromium.launch({
    executablePath: found.executablePath,
    headless: true,
    args: flags,
    env: { ...process.env, ...found.env },
  });
}

async function findChromium(): Promise<Chromium> {
  const named = process.env.STILLROOM_CHROMIUM;
  if (named !== undefined && named !== '') {
    if (!existsSync(named))
      throw new Error(`STILLROOM_CHROMIUM names ${named}, which does not exist. Correct or unset it.`);
    return { executablePath: named, env: {} };
  }
  if (existsSync('/usr/bin/chromium')) return { executablePath: '/usr/bin/chromium', env: {} };
  return unpackChromium();
}

/**
 * Bare Debian 12 lacks libnss3, libnspr4, libexpat1 and every font. The package carries all of them for another
 * system (al2023.tar.br), and unpacks below $TMPDIR, so it is given a folder of its own that is renamed when whole:
 * a half-unpacked browser is never mistaken for a good one, and two test runs don't write the same file.
 */
async function unpackChromium(): Promise<Chromium> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(
      `There is no Chromium for ${process.platform} on ${process.arch} inside @sparticuz/chromium. Install one and set STILLROOM_CHROMIUM to its path.`,
    );
  const root = dirname(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))));
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const cache = join(root, '..', '..', '.cache', 'stillroom');
  const home = join(cache, `chromium-${version}`);
  if (!existsSync(home)) {
    await mkdir(cache, { recursive: true });
    const fresh = await mkdtemp(join(cache, 'unpacking-'));
    const before = process.env.TMPDIR;
    try {
      process.env.TMPDIR = fresh;
      const { default: packed, inflate } = await import('@sparticuz/chromium');
      packed.setGraphicsMode = false;
      await packed.executablePath();
      await inflate(join(root, 'bin', 'al2023.tar.br'));
      await rename(fresh, home).catch((cause: unknown) => {
        // Another test process was faster: its copy is as good.
        if (!existsSync(home)) throw cause;
      });
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
      await rm(fresh, { recursive: true, force: true });
    }
  }
  await writeFile(join(home, 'fonts.conf'), fontConfig(home));
  return {
    executablePath: join(home, 'chromium'),
    env: {
      LD_LIBRARY_PATH: join(home, 'al2023', 'lib'),
      FONTCONFIG_FILE: join(home, 'fonts.conf'),
      // Written to in spite of every flag: keeps crash and profile leftovers out of a home that may not exist.
      XDG_CONFIG_HOME: join(home, 'config'),
      XDG_CACHE_HOME: join(home, 'cache'),
    },
  };
}

/** The same text metrics everywhere: the packed Open Sans first, the system's fonts only for what it lacks. */
function fontConfig(home: string): string {
  const match = (name: string, font: string) =>
    `<match target="pattern"><test name="family"><string>${name}</string></test>` +
    `<edit name="family" mode="prepend" binding="strong"><string>${font}</string></edit></match>`;
  const families = [
    match('system-ui', 'Open Sans'),
    match('sans-serif', 'Open Sans'),
    match('monospace', 'DejaVu Sans Mono'),
  ];
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<dir>${join(home, 'fonts', 'fonts')}</dir><dir>/usr/share/fonts</dir><cachedir>${join(home, 'fonts-cache')}</cachedir>
${families.join('\n')}
</fontconfig>
`;
}
