#!/usr/bin/env python3
"""Learns how probable it is that a passage that was read alone answers, and prints src/answer/witness_weights.h.

    GENKAI_DATA=... build/release/tools/train_witness_features > witness.jsonl
    python3 tools/train_witness/fit.py witness.jsonl > src/answer/witness_weights.h

Ridge logistic regression by Newton's method, fitted to the calibrating articles. The rates in the header are those of the
reporting articles: how often a wrong voice is raised against a right answer, and how often a right one is heard.
"""
import json
import math
import sys

RIDGE = 0.01
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


def solve(matrix, right):
    n = len(right)
    rows = [list(matrix[i]) + [right[i]] for i in range(n)]
    for i in range(n):
        pivot = max(range(i, n), key=lambda k: abs(rows[k][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for k in range(n):
            if k != i:
                factor = rows[k][i] / rows[i][i]
                rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i])]
    return [rows[i][n] / rows[i][i] for i in range(n)]


def sigmoid(x):
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, x))))


def fit(lines):
    xs = [[1.0] + row["features"] for line in lines for row in line["rows"]]
    ys = [float(row["right"]) for line in lines for row in line["rows"]]
    n = len(xs[0])
    weights = [0.0] * n
    for _ in range(50):
        gradient = [-RIDGE * w for w in weights]
        hessian = [[RIDGE if i == j else 0.0 for j in range(n)] for i in range(n)]
        for x, y in zip(xs, ys):
            p = sigmoid(sum(a * b for a, b in zip(weights, x)))
            for i in range(n):
                gradient[i] += (y - p) * x[i]
                for j in range(n):
                    hessian[i][j] += p * (1 - p) * x[i] * x[j]
        step = solve(hessian, gradient)
        weights = [w + s for w, s in zip(weights, step)]
        if max(abs(s) for s in step) < 1e-8:
            break
    return weights


def same(a, b):
    a, b = a.lower(), b.lower()
    return a in b or b in a


def rates(lines, weights):
    out = []
    right = [line for line in lines if line["answered"] and line["right"]]
    for threshold in THRESHOLDS:
        against = heard = 0
        for line in right:
            voices = [row for row in line["rows"]
                      if sigmoid(sum(w * f for w, f in zip(weights, [1.0] + row["features"]))) >= threshold]
            against += any(not row["right"] and not same(row["span"], line["span"]) for row in voices)
            heard += any(row["right"] for row in voices)
        out.append((threshold, against / len(right), heard / len(right)))
    return len(right), out


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    weights = fit([line for line in lines if not line["report"]])
    n, table = rates([line for line in lines if line["report"]], weights)
    print("#pragma once")
    print("// Weights of the probability that a passage read alone answers (testimony.h), in the order of witness_features();")
    print("// the first is the constant. Written by tools/train_witness/fit.py: fitted to the calibrating articles of JaQuAD and")
    print(f"// XQuAD. On {n} right answers of the reporting articles, at a threshold: how often some passage says otherwise, and how")
    print("// often some passage is heard that holds the right answer.")
    for threshold, against, heard in table:
        print(f"//   {threshold:.1f}   otherwise {against:.3f}   heard {heard:.3f}")
    print("\n#include <array>\n\nnamespace genkai::answer {\n\n// clang-format off")
    print(f"constexpr std::array<double, {len(weights)}> kWitnessWeights{{" + ", ".join(f"{w:.3f}" for w in weights) + "};")
    print("// clang-format on\n\n}  // namespace genkai::answer")


main()
