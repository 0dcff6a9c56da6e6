/** A pull in a process of its own, for tests that kill it. Arguments: models folder, endpoint, segment size. */
import { hostsNeeded } from '#models/pull/hub.ts';
import { pullModel } from '#models/pull/pull.ts';

const [modelsFolder = '', endpoint = '', segmentBytes = ''] = process.argv.slice(2);
await pullModel({
  modelsFolder,
  endpoint,
  grant: { hosts: hostsNeeded(endpoint), token: null },
  revision: 'main',
  file: { repository: 'org/tiny-gguf', paths: ['Tiny-Q8_0.gguf'], sha256: null },
  signal: new AbortController().signal,
  onProgress: () => {},
  segmentBytes: Number(segmentBytes),
});
