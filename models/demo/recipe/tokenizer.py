"""Byte-level BPE with the pre-tokenizer of DeepSeek-R1-Distill-Qwen, small enough for a small model."""

import json
from functools import lru_cache
from pathlib import Path

from text import SPLIT
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

PRE = (
    r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
EOS, BOS, USER, ASSISTANT = '<｜end▁of▁sentence｜>', '<｜begin▁of▁sentence｜>', '<｜User｜>', '<｜Assistant｜>'
THINK, END_THINK = '<think>', '</think>'
SPECIALS = [
    EOS, USER, ASSISTANT, BOS, '<|EOT|>', THINK, END_THINK,
    '<｜tool▁calls▁begin｜>', '<｜tool▁calls▁end｜>', '<｜tool▁call▁begin｜>', '<｜tool▁call▁end｜>',
    '<｜tool▁outputs▁begin｜>', '<｜tool▁outputs▁end｜>', '<｜tool▁output▁begin｜>', '<｜tool▁output▁end｜>',
    '<｜tool▁sep｜>', '<｜▁pad▁｜>',
]  # fmt: skip
VOCAB = 1536


def train_bpe(corpus, path: Path):
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PRE), behavior='isolated'),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCAB - len(SPECIALS),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
        max_token_length=12,
    )
    bpe.train_from_iterator(corpus, trainer)
    path.write_text(bpe.to_str(pretty=False), encoding='utf-8')


class StudentTokenizer:
    def __init__(self, path: Path):
        self.bpe = Tokenizer.from_file(str(path))
        raw = json.loads(path.read_text(encoding='utf-8'))
        self.merges = [' '.join(m) if isinstance(m, list) else m for m in raw['model']['merges']]
        vocab = raw['model']['vocab']
        self.tokens = [t for t, _ in sorted(vocab.items(), key=lambda kv: kv[1])] + SPECIALS
        assert len(vocab) + len(SPECIALS) == len(self.tokens) == VOCAB
        self.special = {name: len(vocab) + i for i, name in enumerate(SPECIALS)}
        self._whole = lru_cache(200_000)(lambda text: tuple(self.bpe.encode(text).ids))

    def encode(self, text: str) -> list[int]:
        if SPLIT not in text:
            return list(self._whole(text))
        ids: list[int] = []
        for part in text.split(SPLIT):
            if part:
                ids.extend(self._whole(part))
        return ids

    def pieces(self, text: str) -> list[str]:
        """The text of each token; a piece with half a character is left to its bytes."""
        return [self.bpe.decode([i]) for i in self._whole(text)]

    def decode(self, ids) -> str:
        out, run = [], []
        for i in ids:
            if i >= VOCAB - len(SPECIALS):
                out.append(self.bpe.decode(run))
                out.append(SPECIALS[i - VOCAB + len(SPECIALS)])
                run = []
            else:
                run.append(i)
        out.append(self.bpe.decode(run))
        return ''.join(out)
