/** How the next question is asked: the controls below the message field. */
import type { VNode } from 'preact';
import { budget, budgets } from '../state/composer.ts';
import { chosenId, currentModel, offered } from '../state/model.ts';
import { Icon, type IconName } from './icons.tsx';

interface ToggleProps {
  name: IconName;
  label: string;
  hint: string;
  isOn: boolean;
  onClick: () => void;
}

/** A button that stays pressed. */
export function Toggle({ name, label, hint, isOn, onClick }: ToggleProps): VNode {
  return (
    <button
      type="button"
      class="toggle"
      aria-pressed={isOn}
      aria-label={label}
      title={hint}
      onClick={onClick}
    >
      <Icon name={name} />
      <span class="toggle-label">{label}</span>
    </button>
  );
}

/** Which model answers; shown when there is a choice. */
export function ModelChoice(): VNode {
  return (
    <select
      class="budget"
      aria-label="Model"
      title="Which model answers"
      value={currentModel.value?.card.id}
      onChange={(event) => {
        chosenId.value = event.currentTarget.value;
      }}
    >
      {offered.value.map(({ card, engine }) => (
        <option key={card.id} value={card.id}>
          {card.name}
          {card.isDemo && ' (demo model)'}
          {engine.state === 'unloaded' && ' – loads when asked'}
        </option>
      ))}
    </select>
  );
}

/** When the thought is ended at the latest. */
export function BudgetChoice(): VNode {
  return (
    <select
      class="budget"
      aria-label="Thinking budget"
      title="Thinking budget: after so many tokens the thought ends and the answer begins"
      value={String(budget.value)}
      onChange={(event) => {
        budget.value = budgets[event.currentTarget.selectedIndex] ?? null;
      }}
    >
      {budgets.map((tokens) => (
        <option key={tokens} value={String(tokens)}>
          {tokens === null ? usualBudget(currentModel.value?.thinkingBudget ?? null) : inTokens(tokens)}
        </option>
      ))}
    </select>
  );
}

function usualBudget(tokens: number | null): string {
  return tokens === null ? 'No limit' : `Usual: ${inTokens(tokens)}`;
}

function inTokens(tokens: number): string {
  return `${tokens.toLocaleString('en')} tokens`;
}
