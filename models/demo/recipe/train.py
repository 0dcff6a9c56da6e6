"""Trains the student: `python train.py --work FOLDER`. Run again with the same options it goes on where it stopped.
With `--start FILE.gguf` a finished model goes through the last stage.

What is practised when is in STAGES; docs/demo-model.md says how the shipped file went through them.
"""

import argparse
import hashlib
import json
import os
import shutil
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault('GOMP_SPINCOUNT', '0')
os.environ.setdefault('OMP_WAIT_POLICY', 'passive')

import torch  # noqa: E402
from data import HERE, MIX, Teacher  # noqa: E402
from gguf import read  # noqa: E402
from model import SHAPE, Block, Muon, Student, quickest, revive, student_of  # noqa: E402
from tokenizer import END_THINK, StudentTokenizer  # noqa: E402


@dataclass(frozen=True)
class Stage:
    """Until which step it lasts. The learning rate falls linearly: (zero - step) / fall, at most 1, at least 0.02."""

    until: int
    zero: int
    fall: int
    mix: dict[str, float] = field(default_factory=dict)
    """Skills that are drawn more or less often than MIX says."""
    stress: dict[str, float] = field(default_factory=dict)
    """Weight of the whole working of a skill in the loss."""
    answers: dict[str, float] = field(default_factory=dict)
    """The same for its answer."""
    decay: float = 1
    """Weight decay, as a factor of what the optimiser is made with."""

    def rate(self, step: int) -> float:
        return max(0.02, min(1.0, (self.zero - step) / self.fall))


STAGES = (
    Stage(until=6000, zero=28000, fall=24000),
    Stage(until=12915, zero=28000, fall=24000, mix={'repeat': 3}),
    Stage(until=24182, zero=28000, fall=24000, stress={'zebra': 3, 'sort': 1.5, 'sub': 1.5},
          mix={'zebra': 10, 'sort': 10, 'sub': 8, 'letters': 16, 'repeat': 10}),
    Stage(until=31200, zero=31200, fall=23400, stress={'zebra': 3, 'sort': 1.5, 'letters': 1.5}, answers={'zebra': 6},
          mix={'faq': 64, 'talk': 32, 'fallback': 60, 'zebra': 10, 'sort': 10, 'letters': 18, 'repeat': 5, 'days': 6, 'decimals': 6}),
    Stage(until=33800, zero=33800, fall=11800, stress={'zebra': 3, 'letters': 1.5}, answers={'zebra': 6},
          mix={'faq': 80, 'talk': 60, 'fallback': 80, 'letters': 24, 'zebra': 16, 'repeat': 3, 'days': 7}),
    Stage(until=44800, zero=44800, fall=31400, stress={'zebra': 3, 'letters': 1.5}, answers={'zebra': 6},
          mix={'faq': 80, 'talk': 60, 'fallback': 80, 'letters': 26, 'zebra': 20, 'sub': 8, 'mul': 10, 'memory': 8, 'repeat': 5}),
    Stage(until=50300, zero=50300, fall=20000, stress={'letters': 1.5},
          mix={'faq': 130, 'talk': 40, 'fallback': 90, 'letters': 34, 'sub': 7, 'mul': 8, 'days': 9, 'repeat': 4}),
    Stage(until=56300, zero=56300, fall=24000, decay=0.2, stress={'letters': 1.5},
          mix={'faq': 130, 'talk': 50, 'fallback': 90, 'letters': 24, 'days': 10, 'memory': 8, 'repeat': 8}),
)  # fmt: skip


def batches(teacher: Teacher, tokens: int, long_share: float, branched: float, pool: int = 1600):
    """Yields (history, rows). Rows of similar length share a batch, so hardly anything is padding.

    A share of the batches is one long history with several last turns; without a history the rows stand alone.
    """
    while True:
        teacher.rehearse()
        rows = sorted((teacher.row(long_share) for _ in range(pool)), key=lambda r: len(r[0]))
        out, current = [], []
        for row in rows:
            if current and (len(current) + 1) * len(row[0]) > tokens:
                out.append(current)
                current = []
            current.append(row)
        out.append(current)
        out = [([], rows) for rows in out]
        out += [teacher.branches(tokens) for _ in range(round(len(out) * branched / (1 - branched)))]
        teacher.rng.shuffle(out)
        yield from out


DECIDES = {'faq': 6.0, 'talk': 6.0, 'fallback': 5.0}
"""How much the tokens count that name what was understood. The first line of a thought counts three times
for the other skills; answers that are recited count half."""
READS = {'mul': 2, 'letters': 2, 'sort': 5, 'zebra': 3}
"""Lines of a thought that copy the question, where it is more than the first."""


def tensors(rows, marks: tuple[int, set[int]] | None = None, stage: Stage = STAGES[0]):
    """Ids and loss weights; `marks` = id of </think> and ids that end a line, without them every token counts the same."""
    width = max(len(r[0]) for r in rows)
    ids = torch.zeros(len(rows), width, dtype=torch.long)
    weights = torch.zeros(len(rows), width)
    for i, (row, start, sample) in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
        weights[i, start : len(row)] = 1.0
        if marks is None:
            continue
        end_think, newlines = marks
        skill, reply = sample.skill, row[start:]
        if end_think not in reply:  # the thought was switched off or cut short: the first words decide
            weights[i, start : min(len(row), start + 8)] = 3.0
            continue
        end = row.index(end_think, start)
        if skill in DECIDES:
            weights[i, start:end] = DECIDES[skill]
            weights[i, end + 1 : len(row)] = 0.5
        else:
            weights[i, start:end] = stage.stress.get(skill, 1.0)
            weights[i, end + 1 : len(row)] = stage.answers.get(skill, 1.0)
            lines = [at for at in range(start + 2, len(row)) if row[at] in newlines or row[at] == end_think]
            weights[i, start : lines[min(READS.get(skill, 1), len(lines)) - 1]] = 3.0
            if skill == 'decimals':  # which of the two is named in the last line
                weights[i, end - 8 : end] = 3.0
    return ids, weights


def joined(history: list[int], ids, weights):
    """The history and its branches as one row, see Block.forward."""
    head = torch.tensor(history)
    return torch.cat([head, ids.flatten()])[None], torch.cat([torch.zeros(len(history)), weights.flatten()])[None]


def understood(teacher: Teacher, rows, weights, history: int, each):
    """Tells the teacher how well each wording was understood: the mean loss of the tokens that decide."""
    each_row = (weights.numel() - history) // len(rows)
    owner = torch.arange(len(rows)).repeat_interleave(each_row)
    owner = torch.cat([torch.full((history,), -1), owner]).view_as(weights)
    keep = weights[:, 1:] > 0
    decides = (weights[:, 1:] >= DECIDES['fallback'])[keep]
    owner = owner[:, 1:][keep][decides]
    total = torch.zeros(len(rows)).index_add_(0, owner, each.float()[decides])
    count = torch.zeros(len(rows)).index_add_(0, owner, torch.ones(len(owner)))
    for (_, _, sample), loss, tokens in zip(rows, total.tolist(), count.tolist()):
        if sample.source and tokens:
            teacher.learnt(sample.source, loss / tokens)


@torch.no_grad()
def exact(model, tokenizer, per_skill: int, seed: int = 99) -> dict[str, float]:
    """Share of held-out samples whose whole reply is what greedy decoding would write."""
    teacher, scores = Teacher(seed, tokenizer, held=True), {}
    for skill in MIX:
        rows = []
        for _ in range(per_skill):
            s = teacher.sample(skill)
            head = teacher.prompt(s)
            rows.append((head + teacher.reply(s), len(head), s))
        rows.sort(key=lambda r: len(r[0]))
        good = 0
        for at in range(0, len(rows), 15):
            ids, weights = tensors(rows[at : at + 15])
            best = model.logits(ids[:, :-1]).argmax(-1)
            good += int(((best == ids[:, 1:]) | (weights[:, 1:] == 0)).all(1).sum())
        scores[skill] = round(100 * good / per_skill, 1)
    return scores


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--work', type=Path, required=True)
    p.add_argument('--seed', type=int, default=20261124)
    p.add_argument('--steps', type=int, help='step at which to stop (default: before the last stage, with --start the end of it)')
    p.add_argument('--tokens', type=int, default=2400, help='tokens per step')
    p.add_argument('--long', type=float, default=0.05, help='share of rows with a few earlier turns')
    p.add_argument('--branched', type=float, default=0.16, help='share of steps with one long history and several last turns')
    p.add_argument('--save', type=float, default=600, help='seconds between checkpoints')
    p.add_argument('--keep', type=float, default=0.998, help='decay of the weight average that is exported')
    p.add_argument('--threads', type=int, default=2, help='one is faster when a neighbour keeps a core busy')
    p.add_argument('--plain', action='store_true', help='do not compile the blocks (needs no C++ compiler, a fifth slower)')
    p.add_argument('--start', type=Path, help='a finished model that goes through the last stage')
    p.add_argument('--check', type=int, default=16, help='held-out samples per skill at a checkpoint')
    a = p.parse_args()
    a.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    tokenizer = StudentTokenizer(HERE / 'tokenizer.json')
    path, log = a.work / 'checkpoint.pt', a.work / 'log.jsonl'
    start = hashlib.sha256(a.start.read_bytes()).hexdigest() if a.start else None
    begin, end = (STAGES[-2].until, STAGES[-1].until) if start else (0, STAGES[-2].until)
    steps = a.steps or end
    saved = torch.load(path, weights_only=False) if path.exists() else None
    if saved and saved['start'] != start:
        p.error(f'{path} did not begin with this file: use another --work')
    model = read(a.start) if start and not saved else Student(SHAPE)
    if start and not saved:
        print(f'{revive(model)} feed-forward units begin anew')
    if not a.plain:
        torch._dynamo.config.recompile_limit = 64  # one row or many, long or short, with branches or without
        Block.forward = torch.compile(Block.forward, dynamic=True)
    kind = quickest()
    optimiser = Muon(model, kind)
    average = [q.detach().clone() for q in model.parameters()]
    state = {'step': begin, 'tokens': 0, 'seconds': 0.0}
    if saved:
        model.load_state_dict(saved['model'])
        optimiser.load_state_dict(saved['optimiser'])
        average, state = saved['average'], saved['state']
    teacher = Teacher(a.seed + state['step'], tokenizer)
    if saved:
        teacher.difficulty = saved['difficulty']
    marks = (tokenizer.special[END_THINK], {i for i, t in enumerate(tokenizer.tokens) if 'Ċ' in t})
    stream = batches(teacher, a.tokens, a.long, a.branched)
    total, seen, started = 0.0, 0, time.time()
    mark, mark_tokens = started, state['tokens']

    def save(check: bool = True):
        state['seconds'] += time.time() - save.since
        save.since = time.time()
        torch.save({'model': model.state_dict(), 'optimiser': optimiser.state_dict(), 'average': average, 'state': state, 'start': start, 'difficulty': teacher.difficulty}, path.with_suffix('.new'))
        path.with_suffix('.new').replace(path)
        if not check:
            return
        scores = exact(student_of(average), tokenizer, a.check)
        say({'exact': scores, 'mean': round(sum(scores.values()) / len(scores), 1), **state})

    def say(entry):
        with log.open('a') as f:
            f.write(json.dumps(entry) + '\n')
        print(entry, flush=True)

    save.since = started
    stop = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(True))
    while state['step'] < steps and not stop:
        step = state['step']
        stage = next((stage for stage in STAGES if step < stage.until), STAGES[-1])
        teacher.mix = MIX | stage.mix
        history, rows = next(stream)
        ids, weights = tensors(rows, marks, stage)
        tree = (len(history), len(rows)) if history else ()
        if history:
            ids, weights = joined(history, ids, weights)
        with torch.autocast('cpu', torch.bfloat16, enabled=kind == torch.bfloat16):
            loss, each = model.loss(ids, weights, *tree)
        loss.backward()
        understood(teacher, rows, weights, len(history), each)
        scale = min(1.0, (step + 1 - begin) / 60) * stage.rate(step)
        optimiser.step(scale, stage.decay)
        keep = min(a.keep, (step + 1 - begin) / (step + 50 - begin))
        with torch.no_grad():
            torch._foreach_mul_(average, keep)
            torch._foreach_add_(average, [q.detach() for q in model.parameters()], alpha=1 - keep)
        state['step'] += 1
        state['tokens'] += ids.numel()
        if any(stage.until == state['step'] for stage in STAGES[:-1]):
            save(check=False)
            shutil.copy(path, a.work / f'step-{state["step"]}.pt')
        total += loss.item()
        seen += 1
        if state['step'] % 50 == 0:
            now = time.time()
            say({'step': state['step'], 'tokens': state['tokens'], 'loss': round(total / seen, 4), 'rate': round(scale, 3), 'tok/s': int((state['tokens'] - mark_tokens) / (now - mark))})
            total, seen, mark, mark_tokens = 0.0, 0, now, state['tokens']
        if time.time() - save.since > a.save and state['step'] < steps:
            save()
            mark, mark_tokens = time.time(), state['tokens']
    save(check=not stop)


if __name__ == '__main__':
    main()
