import type { VNode } from 'preact';
import type { OfferedModel } from '#server/api/app/contract.ts';
import { currentModel } from '../state/model.ts';
import { count } from '../text/format.ts';

/** The model's card, as it was read from the file. */
export function ModelDialog(): VNode {
  const offered = currentModel.value;
  return offered === null ? <p>Waiting for the server.</p> : <Model {...offered} />;
}

function Model({ card: model, contextTokens, slots }: OfferedModel): VNode {
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
