#!/usr/bin/env python3
"""Every measure of `genkai score`, straightforwardly, with the standard library only.

    genkai score FILE.jsonl --json --details > scored.jsonl
    python3 tests/score_reference.py FILE.jsonl scored.jsonl          # compares; exit status 1 on a difference

It takes the recorded outputs and, of the program's answers, only the raw inputs that need its analyser and its
entailment check: the terms of each sample and sentence, who entails whom and how much, which samples support
which sentence, which other models agree. Every number is computed anew from these.
"""

import json
import math
import sys


def sequence_logprob(sample):
    if isinstance(sample, str):
        return None
    tokens = sample.get("tokens")
    if not tokens:
        return sample.get("logprob")
    return sum(token["logprob"] for token in tokens)


def token_count(sample):
    if isinstance(sample, str):
        return 0
    return len(sample["tokens"]) if sample.get("tokens") else sample.get("token_count", 0)


def mean_logprob(sample):
    total, count = sequence_logprob(sample), token_count(sample)
    return None if total is None or count == 0 else total / count


def entropy(probabilities):
    return sum(-p * math.log(p) for p in probabilities if p > 0)


def token_entropy(token):
    if not token.get("top"):
        return None
    probabilities = [math.exp(logprob) for _, logprob in token["top"]]
    if token["token"] and token["token"] not in [text for text, _ in token["top"]]:
        probabilities.append(math.exp(token["logprob"]))
    if sum(probabilities) < 1:
        probabilities.append(1 - sum(probabilities))
    return entropy(probabilities)


def token_measures(sample, out):
    total = sequence_logprob(sample)
    if total is None:
        return
    out["sequence_logprob"] = total
    out["sequence_probability"] = math.exp(total)
    if mean_logprob(sample) is not None:
        out["perplexity"] = math.exp(-mean_logprob(sample))
    tokens = sample.get("tokens")
    if not tokens:
        return
    out["min_token_probability"] = min(math.exp(token["logprob"]) for token in tokens)
    entropies = [token_entropy(token) for token in tokens]
    entropies = [one for one in entropies if one is not None]
    if entropies:
        out["token_entropy"] = sum(entropies) / len(entropies)
        out["max_token_entropy"] = max(entropies)


def clusters(entails):
    """Greedy, in order, by entailment both ways with the first member."""
    found = []
    for i in range(len(entails)):
        for members in found:
            first = members[0]
            if entails[first][i] and entails[i][first]:
                members.append(i)
                break
        else:
            found.append([i])
    return found


def longest_common_subsequence(a, b):
    before = [0] * (len(b) + 1)
    for x in a:
        row = [0]
        for j, y in enumerate(b):
            row.append(before[j] + 1 if x == y else max(before[j + 1], row[j]))
        before = row
    return before[-1]


def rouge_l(a, b):
    if not a and not b:
        return 1.0
    return 2 * longest_common_subsequence(a, b) / (len(a) + len(b))


def jacobi(matrix):
    """Eigenvalues and eigenvectors (columns) of a symmetric matrix by cyclic Jacobi rotations."""
    n = len(matrix)
    a = [row[:] for row in matrix]
    vectors = [[float(i == j) for j in range(n)] for i in range(n)]
    for _ in range(100):
        if sum(a[i][j] ** 2 for i in range(n) for j in range(n) if i != j) < 1e-28:
            break
        for p in range(n):
            for q in range(p + 1, n):
                if abs(a[p][q]) < 1e-300:
                    continue
                theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
                t = math.copysign(1, theta) / (abs(theta) + math.sqrt(theta * theta + 1))
                c = 1 / math.sqrt(t * t + 1)
                s = t * c
                for k in range(n):
                    a[k][p], a[k][q] = c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]
                for k in range(n):
                    a[p][k], a[q][k] = c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]
                for k in range(n):
                    vectors[k][p], vectors[k][q] = (c * vectors[k][p] - s * vectors[k][q],
                                                    s * vectors[k][p] + c * vectors[k][q])
    return [a[i][i] for i in range(n)], vectors


def graph_measures(weights, out):
    n = len(weights)
    w = [[(weights[i][j] + weights[j][i]) / 2 for j in range(n)] for i in range(n)]
    degree = [sum(row) for row in w]
    laplacian = [[float(i == j) - w[i][j] / math.sqrt(degree[i] * degree[j]) for j in range(n)] for i in range(n)]
    values, vectors = jacobi(laplacian)
    out["graph_eigenvalues"] = sum(max(0.0, 1 - value) for value in values)
    out["graph_degree"] = sum(n - d for d in degree) / n ** 2
    small = [k for k in range(n) if values[k] < 0.9]
    squares = 0.0
    for k in small:
        column = [vectors[i][k] for i in range(n)]
        mean = sum(column) / n
        squares += sum((x - mean) ** 2 for x in column)
    out["graph_eccentricity"] = math.sqrt(squares)


def semantic_entropy(samples, groups):
    logprobs = [mean_logprob(sample) for sample in samples]
    if any(one is None for one in logprobs):
        return None
    mass = [sum(math.exp(logprobs[i]) for i in members) for members in groups]
    return entropy([one / sum(mass) for one in mass])


def selfcheck(terms, sentences, out):
    if not terms[0]:
        return
    counts = {}
    for sample in terms:
        for term in sample:
            counts[term] = counts.get(term, 0) + 1
    total = sum(counts.values()) + len(counts)

    def surprise(term):
        return -math.log((counts.get(term, 0) + 1) / total)

    out["selfcheck_unigram"] = sum(surprise(term) for term in terms[0]) / len(terms[0])
    maxima = [max(surprise(term) for term in sentence) for sentence in sentences if sentence]
    if maxima:
        out["selfcheck_unigram_max"] = sum(maxima) / len(maxima)


def fusion(line, samples, groups):
    leading = next(members for members in groups if 0 in members)
    chosen = [0, 1] if 1 in leading else [0]
    stated = []
    for i in chosen:
        own = None if isinstance(samples[i], str) else samples[i].get("stated_confidence")
        if i == 0 and line.get("stated_confidence") is not None:
            own = line["stated_confidence"]
        if own is not None:
            stated.append(own)
    if not stated:
        return None
    return 0.5 * len(chosen) / 2 + 0.5 * sum(stated) / len(stated)


def measures(line, details):
    out = {}
    samples = line["samples"][:100]
    if samples:
        token_measures(samples[0], out)
        first = None if isinstance(samples[0], str) else samples[0].get("stated_confidence")
        out["stated_confidence"] = line.get("stated_confidence", first)
    out["p_true"] = line.get("p_true")
    if len(samples) >= 2:
        n = len(samples)
        groups = clusters(details["entails"])
        out["self_consistency"] = max(len(members) for members in groups) / n
        out["answer_share"] = len(groups[0]) / n
        terms = details["terms"]
        pairs = [(i, j) for i in range(n) for j in range(i)]
        out["lexical_similarity"] = sum(rouge_l(terms[i], terms[j]) for i, j in pairs) / len(pairs)
        out["semantic_entropy"] = semantic_entropy(samples, groups)
        out["discrete_semantic_entropy"] = entropy([len(members) / n for members in groups])
        out["semantic_sets"] = len(groups)
        graph_measures(details["weights"], out)
        selfcheck(terms, details["sentence_terms"], out)
        out["two_sample_fusion"] = fusion(line, samples, groups)
    if details["others_agree"]:
        out["cross_model_agreement"] = sum(details["others_agree"]) / len(details["others_agree"])
    if details["supports"]:
        shares = [sum(row) / len(row) for row in details["supports"]]
        out["claim_consistency"] = sum(shares) / len(shares)
        out["min_claim_consistency"] = min(shares)
    return {name: value for name, value in out.items() if value is not None}


NOT_MEASURES = {"id", "samples", "compared", "correct", "judged_by", "abstained", "answer", "points", "details"}


def main():
    compared = different = lines = 0
    names = set()
    with open(sys.argv[1], encoding="utf-8") as recorded, open(sys.argv[2], encoding="utf-8") as scored:
        for one, other in zip(recorded, scored, strict=True):
            line, answer = json.loads(one), json.loads(other)
            lines += 1
            if "error" in answer:
                print(f"{answer['id']}: {answer['error']['message']}", file=sys.stderr)
                different += 1
                continue
            expected = measures(line, answer["details"])
            given = {name: value for name, value in answer.items() if name not in NOT_MEASURES}
            for name in sorted(set(expected) | set(given)):
                a, b = expected.get(name), given.get(name)
                compared += 1
                names.add(name)
                # Square roots of rounding errors around zero are as far apart as 1e-8.
                slack = 1e-7 if name == "graph_eccentricity" and a is not None and a < 1e-6 else 1e-12
                if a is None or b is None or not math.isclose(a, b, rel_tol=1e-9, abs_tol=slack):
                    print(f"{line['id']}: {name}: reference {a}, program {b}", file=sys.stderr)
                    different += 1
    print(json.dumps({"lines": lines, "measures": len(names), "compared": compared, "different": different}))
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
