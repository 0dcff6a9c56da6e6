/** The packs shipped with the product, validated when this module loads: a broken pack stops the start. */
import deepseekOfficial from './packs/deepseek-official.json' with { type: 'json' };
import deepseekTelemetry from './packs/deepseek-telemetry.json' with { type: 'json' };
import hostedLlm from './packs/hosted-llm.json' with { type: 'json' };
import lookalikes from './packs/lookalikes.json' with { type: 'json' };
import officialApiRelays from './packs/official-api-relays.json' with { type: 'json' };
import { Pack, type PackName } from './schema.ts';

export const packs: Readonly<Record<PackName, Pack>> = {
  'deepseek-official': Pack.parse(deepseekOfficial),
  'deepseek-telemetry': Pack.parse(deepseekTelemetry),
  'official-api-relays': Pack.parse(officialApiRelays),
  'hosted-llm': Pack.parse(hostedLlm),
  lookalikes: Pack.parse(lookalikes),
};
