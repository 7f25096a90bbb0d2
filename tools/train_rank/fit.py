#!/usr/bin/env python3
"""Learns the weights of the passage ranking and prints src/limits/retrieval/rank_weights.h.

    GENKAI_DATA=... build/release/tools/train_rank_features > rank.jsonl
    python3 tools/train_rank/fit.py rank.jsonl > src/limits/retrieval/rank_weights.h

Listwise: for each question the softmax of the best row of each section; the loss is the negative log-probability of the
question's own paragraph. Learnt on half 0 of the articles, reported on half 1, in the knowledge bases "alone" and "mixed".
Needs numpy. Seeded by nothing: full-batch Adam from zero weights.
"""
import json
import sys

import numpy as np


def load(path):
    with open(path, encoding="utf-8") as lines:
        names = json.loads(next(lines))["features"]
        questions = []
        for line in lines:
            item = json.loads(line)
            rows = item["rows"]
            if not rows:
                continue
            item["x"] = np.array([row["features"] for row in rows], dtype=np.float64)
            item["right"] = np.array([row["right"] for row in rows])
            item["section"] = np.array([row["section"] for row in rows])
            del item["rows"]
            questions.append(item)
    return names, questions


def recall(questions, weights, depths=(1, 5, 20)):
    hits = np.zeros(len(depths))
    for item in questions:
        score = item["x"] @ weights
        rank, seen = None, set()
        for i in np.argsort(-score, kind="stable"):
            if item["right"][i]:
                rank = len(seen)
                break
            seen.add(int(item["section"][i]))
        for d, depth in enumerate(depths):
            hits[d] += rank is not None and rank < depth
    return hits / max(len(questions), 1)


def fit(questions, usable, weight_decay=1e-3, steps=400, rate=0.1):
    usable = np.array(usable, dtype=float)
    learn = [item for item in questions if item["right"].any() and not item["right"].all()]
    size = max(len(item["x"]) for item in learn)
    x = np.zeros((len(learn), size, len(usable)))
    mask = np.full((len(learn), size), -1e9)
    right = np.zeros((len(learn), size), dtype=bool)
    for i, item in enumerate(learn):
        n = len(item["x"])
        x[i, :n], mask[i, :n], right[i, :n] = item["x"], 0, item["right"]
    scale = np.sqrt((x**2).sum((0, 1)) / (mask == 0).sum()) + 1e-9
    x = x / scale * usable
    weights = np.zeros(x.shape[2])
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, steps + 1):
        score = x @ weights + mask
        every = np.exp(score - score.max(1, keepdims=True))
        p_all = every / every.sum(1, keepdims=True)
        p_right = np.where(right, every, 0)
        p_right /= p_right.sum(1, keepdims=True) + 1e-300
        gradient = -np.einsum("qrf,qr->f", x, p_right - p_all) / len(learn) + weight_decay * weights
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        weights -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return weights / scale * usable


def main():
    names, questions = load(sys.argv[1])
    plain = [name not in ("dense", "section_dense", "dense_rank") for name in names]
    learn = [item for item in questions if item["half"] == 0]
    with_dense = fit([item for item in learn if item["dense"]], [True] * len(names))
    lexical = fit([item for item in learn if not item["dense"]] or learn, plain)
    lines = []
    for base in ("alone", "mixed"):
        for name in sorted({item["set"] for item in questions}):
            held = [q for q in questions if q["base"] == base and q["set"] == name and q["half"] == 1]
            if not held:
                continue
            result = recall(held, with_dense if held[0]["dense"] else lexical)
            lines.append(f"{name} {base} {result[0]:.3f}/{result[1]:.3f}/{result[2]:.3f} (n={len(held)})")
            print(lines[-1], file=sys.stderr)

    def row(weights):
        return ", ".join(f"{weight:.4g}" for weight in weights)

    print(f"""#pragma once
// Weights of the passage ranking, in the order of Feature (rank.h).
// Written by tools/train_rank/fit.py: learnt on half of the articles of JaQuAD (dev) and XQuAD (en), listwise; recall at
// 1/5/20 on the other half: {"; ".join(lines)}.

#include <array>

namespace genkai::limits::retrieval {{

// clang-format off
constexpr std::array<float, {len(names)}> kWeightsWithDense{{{row(with_dense)}}};
constexpr std::array<float, {len(names)}> kWeightsLexicalOnly{{{row(lexical)}}};
// clang-format on

}}  // namespace genkai::limits::retrieval""")


if __name__ == "__main__":
    main()
