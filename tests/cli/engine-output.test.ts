import { describe, expect, it } from 'vitest';
import { createBuildProgress } from '#server/cli/engine/build-progress.ts';
import { complaint, plainLines, readStep, remedy } from '#server/cli/engine/compiler-output.ts';

/** As the engine library's build prints them. */
const configured =
  '-- Build files have been written to: /app/node_modules/node-llama-cpp/llama/localBuilds/linux-x64';
const object = (n: number) =>
  `[${n}/153] Building CXX object llama.cpp/common/CMakeFiles/llama-common.dir/jinja/value.cpp.o`;
const failed = [
  object(12),
  'FAILED: llama.cpp/ggml/src/CMakeFiles/ggml-cpu.dir/ggml-cpu/vec.cpp.o ',
  '/usr/bin/c++ -DGGML_BACKEND_BUILD -O3 -march=native -fopenmp -c vec.cpp',
  'c++: fatal error: Killed signal terminated program cc1plus',
  'compilation terminated.',
  object(13),
  'ninja: build stopped: subcommand failed.',
];

describe('the output of the compilers', () => {
  it('tells how far the build is, with ninja and with make', () => {
    expect(readStep(object(57))).toEqual({ done: 57, total: 153 });
    expect(readStep('[153/153] Linking CXX shared library Release/llama-addon.node')).toEqual({
      done: 153,
      total: 153,
    });
    expect(readStep('[  3%] Building C object ggml/src/CMakeFiles/ggml-base.dir/ggml.c.o')).toEqual({
      done: 3,
      total: 100,
    });
    expect(readStep(configured)).toBeNull();
    expect(readStep(' 5946 |   return (__m256d) __builtin_ia32_extractf64x4_mask ((__v8df) __A,')).toBeNull();
  });

  it('is read as plain lines, however it is redrawn', () => {
    const redrawn =
      '\u001b[?25lCloning ggml-org/llama.cpp (local bundle)  1%\n\u001b[2K\u001b[1A\u001b[2K\u001b[GCloning  5%\r✔ Cloned\r\n';
    expect(plainLines(redrawn)).toEqual([
      'Cloning ggml-org/llama.cpp (local bundle)  1%',
      'Cloning  5%',
      '✔ Cloned',
      '',
    ]);
  });

  it('is shown from the first error on when it failed', () => {
    expect(complaint(failed)).toEqual([failed[1], failed[2], failed[3], failed[4], failed[6]]);
    expect(complaint(['one', 'two', 'three'], 2)).toEqual(['two', 'three']);
  });

  it('names what to do about too little memory or disk', () => {
    expect(remedy(failed)).toMatch(/--jobs 1/);
    expect(remedy(['fatal error: error writing to /tmp/a.s: No space left on device'])).toMatch(
      /disk is full/,
    );
    expect(remedy(['error: expected ‘;’ before ‘}’ token'])).toBeNull();
  });
});

describe('the progress of a build', () => {
  /** One object every half second. */
  function watch(isTerminal: boolean, steps: number): string {
    let text = '';
    let at = 0;
    const progress = createBuildProgress({ isTerminal, err: (more) => (text += more) }, () => at);
    progress.line(configured);
    for (let n = 1; n <= steps; n++) {
      at += 500;
      progress.line(object(n));
    }
    progress.finish();
    return text;
  }

  it('is one line with share and time left on a terminal', () => {
    const drawn = watch(true, 77).split('\r\u001b[K');
    expect(drawn[2]).toBe('Compiling   1%  2 of 153');
    expect(drawn.at(-1)).toBe('Compiling  50%  77 of 153, 38 s left\n');
  });

  it('is ten lines elsewhere', () => {
    const lines = watch(false, 153).trimEnd().split('\n');
    expect(lines).toHaveLength(10);
    expect(lines[0]).toBe('Compiling  10%  16 of 153, 1 min 09 s left');
    expect(lines[9]).toBe('Compiling 100%  153 of 153');
  });
});
