#!/usr/bin/env python3
"""Recalibration and certified coverage on recorded confidences of six models, beside a plain baseline.

    bench/confidence.py build/release/genkai $GENKAI_DATA/confidence/llm-confidence-correct.csv [--splits 20]

For each model: stated (and token) confidence recalibrated by question set, cross-fitted; the same with the other
models' confidences, and with their agreement where a question has two possible answers (two models agree
exactly when both are right or both are wrong). Then the coverage certified on random halves and what happens on the other
halves, by genkai and by the plain fixed-sequence baseline: thresholds from the strictest score on, Clopper-Pearson
at each, until the first that fails. Needs nothing but Python's own library.
"""
import argparse, csv, json, math, os, random, statistics, subprocess, tempfile

BINARY = {"boolq_valid", "halu_eval_qa"}


def binomial_tail(errors, n, p):
    """P(X <= errors), X ~ Binomial(n, p)."""
    log = [math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * math.log(p) + (n - k) * math.log1p(-p)
           for k in range(errors + 1)]
    top = max(log)
    return math.exp(top) * sum(math.exp(x - top) for x in log)


def plain_fixed_sequence(rows, risk, delta):
    best, errors, n = math.inf, 0, 0
    by_score = {}
    for score, right in rows:
        own = by_score.setdefault(score, [0, 0])
        own[0] += 1
        own[1] += not right
    for score in sorted(by_score, reverse=True):
        n += by_score[score][0]
        errors += by_score[score][1]
        if errors >= n * risk or binomial_tail(errors, n, risk) > delta:
            break
        best = score
    return best


def outcome(rows, threshold):
    answered = [right for score, right in rows if score >= threshold]
    return len(answered) / len(rows), (answered.count(False) / len(answered) if answered else 0.0)


def write(path, rows):
    with open(path, "w", newline="") as file:
        out = csv.DictWriter(file, fieldnames=list(rows[0]))
        out.writeheader()
        out.writerows(rows)


def run(program, *arguments):
    done = subprocess.run([program, *arguments, "--json"], capture_output=True, text=True)
    if done.returncode not in (0, 2):
        raise SystemExit(done.stderr)
    return json.loads(done.stdout)


def prepare(path):
    with open(path) as file:
        rows = list(csv.DictReader(file))
    models = sorted({row["llm"] for row in rows})
    by_question = {}
    for row in rows:
        by_question.setdefault((row["qset"], row["question_id"]), {})[row["llm"]] = row
    out = {}
    for model in models:
        own = []
        for row in (r for r in rows if r["llm"] == model):
            others = [r for name, r in by_question[(row["qset"], row["question_id"])].items() if name != model]
            stated = [float(r["stated_confidence"]) for r in others]
            two = others and row["qset"] in BINARY
            own.append({
                "set": row["qset"], "stated": row["stated_confidence"], "token": row["chosen_token_confidence"],
                "others": statistics.mean(stated) if stated else "", "others_least": min(stated) if stated else "",
                "agree": statistics.mean(r["correct"] == row["correct"] for r in others) if two else "",
                "correct": row["correct"]})
        out[model] = own
    return out


FEATURES = {
    "stated": ["stated", "token"],
    "and others'": ["stated", "token", "others", "others_least"],
    "and agreement": ["stated", "token", "others", "others_least", "agree"],
}


def columns(names):
    return [word for name in names for word in ("--score", name)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("data")
    parser.add_argument("--splits", type=int, default=20)
    parser.add_argument("--delta", type=float, default=0.1)
    options = parser.parse_args()
    models = prepare(options.data)
    with tempfile.TemporaryDirectory() as folder:
        path = lambda name: os.path.join(folder, name)
        print("recalibrated by set, cross-fitted: ECE and AUROC with 95 % intervals\n")
        print(f"{'model':<30} {'scores':<14} {'ECE before':>10} {'ECE after':>24} {'AUROC before':>12} {'AUROC after':>24}")
        for model, rows in models.items():
            write(path("all.csv"), rows)
            token = any(row["token"] not in ("", "NA") for row in rows)
            for name, features in FEATURES.items():
                used = [f for f in features if f != "token" or token]
                report = run(options.program, "calibrate", path("all.csv"), *columns(used), "--group", "set",
                             "--write", path(f"{name}.jsonl"))
                both = report["cross_fitted"][0]
                before, after = both["before"], both["after"]
                show = lambda e: f"{e['value']:.3f} [{e['interval'][0]:.3f}, {e['interval'][1]:.3f}]"
                print(f"{model:<30} {name:<14} {before['ece']['value']:>10.3f} {show(after['ece']):>24} "
                      f"{before['auroc']['value']:>12.3f} {show(after['auroc']):>24}", flush=True)
        print(f"\ncertified on random halves, delta {options.delta}, {options.splits} splits: mean coverage of the other half, "
              "and how often its error exceeds the risk")
        print("  plain: fixed sequence on cross-fitted probabilities, no more; recalibrated: genkai on the same; "
              "from scratch: genkai fits and certifies on the half alone\n")
        for risk in (0.10, 0.05):
            for name, features in FEATURES.items():
                total = {}
                for model, rows in models.items():
                    write(path("all.csv"), rows)
                    used = [f for f in features if f != "token" or any(r["token"] not in ("", "NA") for r in rows)]
                    run(options.program, "calibrate", path("all.csv"), *columns(used), "--group", "set", "--write",
                        path("mapped.jsonl"))
                    with open(path("mapped.jsonl")) as file:
                        mapped = [json.loads(line) for line in file]
                    result = {"plain": [], "recalibrated": [], "from scratch": []}
                    for split in range(options.splits):
                        order = list(range(len(rows)))
                        random.Random(split).shuffle(order)
                        halves = order[:len(order) // 2], order[len(order) // 2:]
                        pairs = [[(mapped[i]["probability"], mapped[i]["correct"]) for i in half] for half in halves]
                        result["plain"].append(outcome(pairs[1], plain_fixed_sequence(pairs[0], risk, options.delta)))
                        for kind, source, how in (("recalibrated", mapped, ["--score", "probability"]),
                                                  ("from scratch", rows, [*columns(used), "--group", "set"])):
                            for half, file in zip(halves, ("a.csv", "b.csv")):
                                write(path(file), [source[i] for i in half])
                            applied = run(options.program, "certify", path("a.csv"), *how, "--risk", str(risk), "--delta",
                                          str(options.delta), "--apply", path("b.csv"))["applied"]
                            result[kind].append((applied["coverage"], applied["risk"]))
                    line = f"{risk:.2f} {name:<14} {model:<30}"
                    for kind, runs in result.items():
                        broken = sum(r > risk + 1e-12 for _, r in runs)
                        total[kind] = total.get(kind, 0) + broken
                        line += f"  {kind} {statistics.mean(c for c, _ in runs):.3f} ({broken})"
                    print(line, flush=True)
                print(f"{risk:.2f} {name:<14} exceeded, of {len(models) * options.splits}: "
                      + ", ".join(f"{kind} {count}" for kind, count in total.items()) + "\n", flush=True)


if __name__ == "__main__":
    main()
