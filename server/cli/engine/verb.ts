import type { CliIo } from '#server/cli/io.ts';
import type { Config } from '#server/config.ts';
import type { EngineFolders } from '#server/engine/native-build.ts';

/** What a verb of "stillroom engine" works with. */
export interface EngineVerb {
  readonly io: CliIo;
  readonly config: Config;
  readonly folders: EngineFolders;
  /** As named on the command line; null = it chooses. */
  readonly model: string | null;
  readonly jobs: number | null;
  readonly json: boolean;
}
