/** How the engine library is asked for one build and no other. */
import type { BuildPlan } from './protocol.ts';

/** What a build for this processor is made with. The library's own defaults, said aloud: the names are part of its folder. */
export const nativeCmakeOptions = { GGML_NATIVE: 'ON', GGML_OPENMP: 'ON' } as const;

/**
 * Options of `getLlama`. The library looks for a local build with exactly these CMake options first and takes the prebuilt
 * only when it finds none: options that nobody builds with hide local builds, and `usePrebuiltBinaries` hides the prebuilt.
 */
export function selection(use: BuildPlan['use'], cmakeOptions: Readonly<Record<string, string>>) {
  if (use === 'native') return { cmakeOptions: { ...cmakeOptions }, usePrebuiltBinaries: false };
  if (use === 'prebuilt') return { cmakeOptions: { STILLROOM_NO_LOCAL_BUILD: 'ON' } };
  return {};
}
