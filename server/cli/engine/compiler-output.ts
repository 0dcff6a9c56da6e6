/** Reads how far a build is from what ninja or make print. */

export interface Step {
  readonly done: number;
  readonly total: number;
}

const escapeCode = String.fromCharCode(27);
const ansi = new RegExp(`${escapeCode}\\[[0-9;?]*[A-Za-z]`, 'g');

/** Lines without the codes that colour and move on a terminal; a carriage return ends a line too. */
export function plainLines(text: string): string[] {
  return text.replaceAll(ansi, '').split(/\r\n|\n|\r/);
}

/** `[57/153] Building …` of ninja, `[ 37%] Building …` of make; null = another line. */
export function readStep(line: string): Step | null {
  const ninja = /^\[(\d+)\/(\d+)\] /.exec(line);
  if (ninja !== null) return { done: Number(ninja[1]), total: Number(ninja[2]) };
  const make = /^\[ *(\d+)%\] /.exec(line);
  return make === null ? null : { done: Number(make[1]), total: 100 };
}

/** The lines that say what went wrong: the first error and what follows, else the end. */
export function complaint(lines: readonly string[], most = 20): string[] {
  const told = lines.filter((line) => line.trim() !== '' && readStep(line) === null);
  const first = told.findIndex((line) => /\berror\b|^FAILED|CMake Error|Killed|No space left/i.test(line));
  return first === -1 ? told.slice(-most) : told.slice(first, first + most);
}

/** What a person can do about it, where that is known. */
export function remedy(lines: readonly string[]): string | null {
  const text = lines.join('\n');
  if (/Killed|out of memory|Cannot allocate memory|terminated program cc1plus/i.test(text)) {
    return 'Memory ran out. Try again with --jobs 1, or close other programs first.';
  }
  if (/No space left on device/i.test(text)) return 'The disk is full. Make room and try again.';
  return null;
}
