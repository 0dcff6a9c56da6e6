import type { VNode } from 'preact';
import type { ModelCard } from '#server/api/app/contract.ts';
import { chat } from '../state/app.ts';
import { currentModel } from '../state/model.ts';
import { count } from '../text/format.ts';

/** The model's card, as it was read from the file. */
export function ModelDialog(): VNode {
  const info = chat.info.value;
  const model = currentModel.value;
  if (info === null || model === null) return <p>Waiting for the server.</p>;
  return <Model model={model.card} contextTokens={info.contextTokens} slots={info.slots} />;
}

function Model({
  model,
  contextTokens,
  slots,
}: {
  model: ModelCard;
  contextTokens: number;
  slots: number;
}): VNode {
  const rows: [string, string | null][] = [
    ['Architecture', model.architecture],
    ['Parameters', model.parameters === null ? null : compact.format(model.parameters)],
    ['Precision', model.quantization],
    ['File', `${(model.sizeBytes / 1e6).toLocaleString('en', { maximumFractionDigits: 1 })} MB`],
    ['Licence', model.licence],
    [
      'Context',
      `${contextTokens.toLocaleString('en')} tokens per answer, ${count(slots, 'answer')} at the same time`,
    ],
    ['SHA-256', model.sha256],
  ];
  return (
    <section>
      <h3>
        {model.name} {model.isDemo && <span class="badge">demo model</span>}
      </h3>
      {model.description !== '' && <p>{model.description}</p>}
      <dl class="rows">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class={name === 'SHA-256' ? 'hash' : undefined}>{value ?? 'the file does not say'}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });
