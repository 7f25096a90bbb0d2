#!/usr/bin/env python3
"""Learns the extractive reader's weights: src/model/reader_weights.json.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install numpy
    cmake --preset release -DGENKAI_BENCH=ON && ninja -C build/release train_reader
    tools/train_reader/distractors.py /tmp/distractors.jsonl
    GENKAI_DATA=... GENKAI_DISTRACTORS=/tmp/distractors.jsonl \\
      /tmp/venv/bin/python tools/train_reader/fit.py build/release/tools/train_reader/train_reader \\
      src/model/reader_weights.json --work /tmp/train_reader

Steps, each by the C++ program's own features, so that nothing is computed twice in two languages:
 1. `train_reader spans`: one row for each candidate answer (a name, a number, a run of nouns) of the likeliest
    sentences. A network is fitted by the listwise softmax over them and "no answer" (score 0).
 2. `train_reader units`: one row for each sentence of the evidence of each labelled question, against several knowledge
    bases (everything; its article alone; with other passages; and without its article or its paragraph, where "no
    answer" is right). A network is fitted in the same way.
 3. `train_reader drafts`: with that network the three best drafts. The networks of this step are fitted crosswise: each
    half of the training articles is read by a network of the other half. A second network learns whether a draft
    answers; its log odds are then fitted (two numbers, Platt 1999) to the calibration articles.
 4. The calibration articles' probabilities with right or wrong are stored, for the thresholds of --risk.
 5. `train_reader read`: the whole reader on the reporting articles and on selfaware, which nothing was fitted to.
Evidence is what the main path's own retrieval gathers; GENKAI_RETRIEVAL=small takes a plain BM25 instead, for trying
features out. Articles are parted by a hash of their title: two quarters train, one calibrates, one reports. Seeded; the same input
gives the same weights.
"""
import argparse
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys

import numpy as np

EVERYTHING, WITHOUT_ARTICLE, OWN_ARTICLE, WITHOUT_CONTEXT, OWN_WITHOUT, CROWDED, CROWDED_WITHOUT = range(7)
ANSWERABLE = (EVERYTHING, OWN_ARTICLE, CROWDED)
MARKED = 1
CALIBRATION_KINDS = (EVERYTHING, WITHOUT_ARTICLE, CROWDED, CROWDED_WITHOUT)


class Table:
    def __init__(self, path, first_feature):
        self.columns = json.loads(pathlib.Path(str(path) + ".json").read_text())["columns"]
        self.rows = np.fromfile(path, dtype=np.float32).reshape(-1, len(self.columns))
        start = self.columns.index(first_feature)
        self.names = self.columns[start:]
        self.x = self.rows[:, start:]

    def __getitem__(self, name):
        return self.rows[:, self.columns.index(name)]


class Network:
    """Linear part plus one hidden layer of tanh, over standardised columns clipped at 5."""

    def __init__(self, x, hidden, seed):
        rng = np.random.default_rng(seed)
        self.mean = x.mean(0).astype(np.float64)
        self.scale = np.maximum(x.std(0).astype(np.float64), 1e-3)
        n = x.shape[1]
        self.p = {
            "linear": np.zeros(n),
            "hidden": rng.normal(0, 1 / np.sqrt(n), (n, hidden)),
            "hidden_bias": np.zeros(hidden),
            "output": np.zeros(hidden),
            "bias": np.zeros(1),
        }
        self.p["output"] = rng.normal(0, 0.1, hidden)

    def standard(self, x):
        return np.clip((x - self.mean) / self.scale, -5, 5)

    def forward(self, z):
        h = np.tanh(z @ self.p["hidden"] + self.p["hidden_bias"])
        return z @ self.p["linear"] + h @ self.p["output"] + self.p["bias"][0], h

    def gradient(self, z, h, g, l2):
        back = np.outer(g, self.p["output"]) * (1 - h * h)
        out = {
            "linear": z.T @ g,
            "hidden": z.T @ back,
            "hidden_bias": back.sum(0),
            "output": h.T @ g,
            "bias": np.array([g.sum()]),
        }
        for name in ("linear", "hidden", "output"):
            out[name] = out[name] + l2 * self.p[name]
        return out

    def score(self, x):
        return self.forward(self.standard(x))[0]

    def json(self, names):
        r = lambda v: float(f"{v:.5g}")
        return {
            "bias": r(self.p["bias"][0]),
            "hidden_bias": [r(v) for v in self.p["hidden_bias"]],
            "output": [r(v) for v in self.p["output"]],
            "features": [
                {"name": n, "mean": r(self.mean[i]), "scale": r(self.scale[i]), "linear": r(self.p["linear"][i]),
                 "hidden": [r(v) for v in self.p["hidden"][i]]}
                for i, n in enumerate(names)
            ],
        }


class Adam:
    def __init__(self, parameters, rate):
        self.rate, self.t = rate, 0
        self.m = {k: np.zeros_like(v) for k, v in parameters.items()}
        self.v = {k: np.zeros_like(v) for k, v in parameters.items()}

    def step(self, parameters, gradient, scale):
        self.t += 1
        for k, g in gradient.items():
            self.m[k] = 0.9 * self.m[k] + 0.1 * g
            self.v[k] = 0.999 * self.v[k] + 0.001 * g * g
            m = self.m[k] / (1 - 0.9**self.t)
            v = self.v[k] / (1 - 0.999**self.t)
            parameters[k] -= self.rate * scale * m / (np.sqrt(v) + 1e-8)


def starts_of(case):
    return np.flatnonzero(np.r_[True, case[1:] != case[:-1]])


def listwise(score, starts, positive, counted):
    """Loss of each list and its gradient by score; "no answer" scores 0 and is right where nothing is positive."""
    sizes = np.diff(np.r_[starts, len(score)])
    top = np.maximum(np.maximum.reduceat(score, starts), 0)
    e = np.exp(score - np.repeat(top, sizes)) * counted
    none = np.exp(-top)
    total = np.add.reduceat(e, starts) + none
    right = np.add.reduceat(e * positive, starts)
    has = right > 0
    numerator = np.where(has, right, none)
    p = e / np.repeat(total, sizes)
    target = np.where(np.repeat(has, sizes), e * positive / np.repeat(numerator, sizes), 0)
    return -np.log(numerator / total), p - target


def fit_listwise(x, case, positive, counted, weight_of_list, hidden, epochs, l2, batch=256, seed=1, rate=3e-3):
    """A network whose softmax over the rows of a case, and "no answer", puts its mass on the positive ones."""
    net = Network(x, hidden, seed)
    z = net.standard(x)
    starts = starts_of(case)
    ends = np.r_[starts[1:], len(case)]
    weight = weight_of_list[starts]
    adam, rng = Adam(net.p, rate), np.random.default_rng(seed)
    steps_all = epochs * (len(starts) // batch + 1)
    done = 0
    for epoch in range(epochs):
        order, loss_sum = rng.permutation(len(starts)), 0
        for b in range(0, len(order), batch):
            lists = np.sort(order[b:b + batch])
            rows = np.concatenate([np.arange(starts[i], ends[i]) for i in lists])
            sizes = ends[lists] - starts[lists]
            s, h = net.forward(z[rows])
            loss, g = listwise(s, np.r_[0, np.cumsum(sizes)[:-1]], positive[rows], counted[rows])
            w = weight[lists]
            loss_sum += (loss * w).sum()
            adam.step(net.p, net.gradient(z[rows], h, g * np.repeat(w, sizes) / w.sum(), l2), 1 - done / steps_all)
            done += 1
    print(f"  {len(starts)} lists, {len(x)} rows, loss {loss_sum / weight.sum():.4f}", file=sys.stderr)
    return net


def fit_spans(table, chosen, hidden, epochs, l2):
    case, kind, label, f1 = (table[n][chosen] for n in ("case", "kind", "label", "f1"))
    marked = np.where((label == MARKED) & np.isin(kind, ANSWERABLE), f1, 0)
    starts = starts_of(case)
    best = np.repeat(np.maximum.reduceat(marked, starts), np.diff(np.r_[starts, len(case)]))
    positive = ((marked >= 0.4) & (marked >= best)).astype(np.float64)
    counted = np.where((positive == 0) & (f1 > 0.5), 0.0, 1.0)
    return fit_listwise(table.x[chosen], case, positive, counted, np.ones(len(case)), hidden, epochs, l2, batch=64)


def report_spans(table, net, parts):
    for name, flag in (("en", 0), ("ja", 1)):
        keep = (table["kind"] == EVERYTHING) & np.isin(table["part"], parts) & (table["jaquad"] == flag)
        keep &= table["label"] == MARKED
        score, f1, starts = net.score(table.x[keep]), table["f1"][keep], starts_of(table["case"][keep])
        ends = np.r_[starts[1:], len(score)]
        best = [a + int(np.argmax(score[a:b])) for a, b in zip(starts, ends)]
        print(f"  spans of the right sentence, {name}: n={len(best)} exact {np.mean(f1[best] >= 1):.3f} "
              f"F1 {np.mean(f1[best]):.3f}; best possible exact {np.mean(np.maximum.reduceat(f1, starts) >= 1):.3f} "
              f"F1 {np.mean(np.maximum.reduceat(f1, starts)):.3f}")


def fit_units(table, chosen, hidden, epochs, l2):
    case, kind, label = table["case"][chosen], table["kind"][chosen], table["label"][chosen]
    answerable = np.isin(kind, ANSWERABLE)
    positive = ((label == MARKED) & answerable).astype(np.float64)
    counted = np.where((label == 2) | ((label == MARKED) & ~answerable), 0.0, 1.0)
    weight = np.where(np.isin(kind, (WITHOUT_CONTEXT, OWN_WITHOUT)), 0.5, 1.0)
    return fit_listwise(table.x[chosen], case, positive, counted, weight, hidden, epochs, l2)


def fit_drafts(x, y, weight, hidden, epochs, l2, seed=1, rate=2e-3):
    net = Network(x, hidden, seed)
    z = net.standard(x)
    adam, rng, batch = Adam(net.p, rate), np.random.default_rng(seed), 512
    steps_all, done = epochs * (len(y) // batch + 1), 0
    for _ in range(epochs):
        order = rng.permutation(len(y))
        for b in range(0, len(order), batch):
            rows = order[b:b + batch]
            s, h = net.forward(z[rows])
            g = (1 / (1 + np.exp(-s)) - y[rows]) * weight[rows] / weight[rows].sum()
            adam.step(net.p, net.gradient(z[rows], h, g, l2), 1 - done / steps_all)
            done += 1
    return net


def platt(score, y):
    """Slope and intercept of the logistic regression of y on score, by Newton's method."""
    a, b = 1.0, 0.0
    for _ in range(100):
        p = 1 / (1 + np.exp(-(a * score + b)))
        w = np.maximum(p * (1 - p), 1e-12)
        h = np.array([[(w * score * score).sum() + 1e-6, (w * score).sum()], [(w * score).sum(), w.sum() + 1e-6]])
        step = np.linalg.solve(h, [((p - y) * score).sum(), (p - y).sum()])
        a, b = a - step[0], b - step[1]
        if np.abs(step).max() < 1e-10:
            break
    return a, b


def auroc(score, right):
    order = np.argsort(score, kind="stable")
    values, inverse = np.unique(score[order], return_inverse=True)
    rank = (np.bincount(inverse).cumsum() - (np.bincount(inverse) - 1) / 2)[inverse]
    n1 = right.sum()
    n0 = len(right) - n1
    return float((rank[right[order] > 0].sum() - n1 * (n1 + 1) / 2) / max(n0 * n1, 1))


def ece(p, y, bins=15):
    order = np.argsort(p, kind="stable")
    return float(sum(abs((p[i] - y[i]).sum()) for i in np.array_split(order, bins)) / len(p))


def coverage_at(score, right, risk):
    order = np.argsort(-score, kind="stable")
    n = np.arange(1, len(order) + 1)
    good = np.flatnonzero(np.cumsum(1 - right[order]) / n <= risk)
    return float((good[-1] + 1) / len(order)) if len(good) else 0.0


def area(score, right):
    order = np.argsort(-score, kind="stable")
    return float((np.cumsum(1 - right[order]) / np.arange(1, len(order) + 1)).mean())


def dump(program, mode, data, out, *weights):
    subprocess.run([program, mode, data, out, *weights], check=True)
    return out


def top_drafts(table, parts, kinds):
    keep = (table["rank"] == 0) & np.isin(table["part"], parts) & np.isin(table["kind"], kinds)
    right = (table["holds"][keep] > 0) & np.isin(table["kind"][keep], ANSWERABLE)
    return keep, right.astype(np.float64)


def once_each(table):
    """Of the kinds for calibration those rows that use each question once with and once without its article: in the
    knowledge base of everything or the crowded one, by the number of the case."""
    crowded = np.isin(table["kind"], (CROWDED, CROWDED_WITHOUT))
    return ((table["case"] // 7).astype(np.int64) % 2 == 1) == crowded


def line(name, score, right):
    return (f"  {name:34s} n={len(right):5d} right {right.mean():.3f} AUROC {auroc(score, right):.3f} "
            f"ECE {ece(score, right):.3f} area {area(score, right):.3f} "
            f"cov@.05 {coverage_at(score, right, .05):.3f} cov@.1 {coverage_at(score, right, .1):.3f} "
            f"cov@.2 {coverage_at(score, right, .2):.3f}")


GROUPS = {
    "everything, half unanswerable": (EVERYTHING, WITHOUT_ARTICLE),
    "crowded, half unanswerable": (CROWDED, CROWDED_WITHOUT),
    "own article (all answerable)": (OWN_ARTICLE,),
    "answerable only": (EVERYTHING,),
}


def report_drafts(table, probability, parts):
    for name, kinds in GROUPS.items():
        for language, flag in (("en", 0), ("ja", 1)):
            keep, right = top_drafts(table, parts, kinds)
            chosen = table["jaquad"][keep] == flag
            print(line(f"{name} {language}", probability[keep][chosen], right[chosen]))
    for name, kind in (("near miss", WITHOUT_CONTEXT), ("near miss, small", OWN_WITHOUT)):
        keep, _ = top_drafts(table, parts, (kind,))
        keep &= table["holds"] == 0
        print(f"  {name:34s} n={keep.sum():5d} mean {probability[keep].mean():.3f} "
              f"p90 {np.quantile(probability[keep], .9):.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("weights")
    parser.add_argument("--work", default="/tmp/train_reader")
    parser.add_argument("--hidden", type=int, default=16)
    parser.add_argument("--span-hidden", type=int, default=12)
    parser.add_argument("--span-epochs", type=int, default=24)
    parser.add_argument("--draft-hidden", type=int, default=8)
    parser.add_argument("--pair-share", type=float, default=0.05)
    parser.add_argument("--epochs", type=int, default=24)
    parser.add_argument("--l2", type=float, default=1e-3)
    parser.add_argument("--draft-l2", type=float, default=1e-2)
    arguments = parser.parse_args()
    data = os.environ.get("GENKAI_DATA", "../shared/data")
    work = pathlib.Path(arguments.work)
    work.mkdir(parents=True, exist_ok=True)

    spans = Table(dump(arguments.program, "spans", data, work / "spans.f32"), "match")
    span_network = fit_spans(spans, spans["part"] < 2, arguments.span_hidden, arguments.span_epochs, arguments.l2)
    for part, name in (((0, 1), "train"), ((2,), "calibration"), ((3,), "report")):
        print(name, flush=True)
        report_spans(spans, span_network, part)
    base = {"format": "genkai-reader", "version": 1, "pair_share": arguments.pair_share,
            "span_model": span_network.json(spans.names)}
    del spans
    (work / "spans.json").write_text(json.dumps(base))
    units = Table(dump(arguments.program, "units", data, work / "units.f32", work / "spans.json"), "coverage")
    networks, tables = {}, {}
    train = units["part"] < 2
    for name, chosen, read in (
        ("half0", train & (units["half"] == 0), "half1"),
        ("half1", train & (units["half"] == 1), "half0"),
        ("whole", train, "held"),
    ):
        networks[name] = fit_units(units, chosen, arguments.hidden, arguments.epochs, arguments.l2)
        (work / f"{name}.json").write_text(json.dumps({**base, "unit_model": networks[name].json(units.names)}))
        tables[name] = Table(dump(arguments.program, "drafts", data, work / f"{name}.f32", work / f"{name}.json", read),
                             "coverage")
    unit_names = units.names
    del units

    xs, ys, ws = [], [], []
    for name, half in (("half0", 1), ("half1", 0)):
        t = tables[name]
        right = (t["holds"] > 0) & np.isin(t["kind"], ANSWERABLE)
        by_chance = (t["holds"] > 0) & ~np.isin(t["kind"], ANSWERABLE) & np.isin(t["kind"], (WITHOUT_CONTEXT, OWN_WITHOUT))
        assert (t["half"] == half).all() and (t["part"] < 2).all()
        keep = ~by_chance
        near = np.isin(t["kind"], (WITHOUT_CONTEXT, OWN_WITHOUT))
        xs.append(t.x[keep])
        ys.append(right[keep])
        ws.append((np.where(t["rank"] == 0, 1.0, 0.2) * np.where(near, 0.3, 1.0))[keep])
    x, y, w = np.concatenate(xs), np.concatenate(ys).astype(np.float64), np.concatenate(ws)
    drafts = fit_drafts(x, y, w, arguments.draft_hidden, 30, arguments.draft_l2)
    whole = tables["whole"]
    keep, right = top_drafts(whole, (2,), CALIBRATION_KINDS)
    right = right[once_each(whole)[keep]]
    keep &= once_each(whole)
    slope, intercept = platt(drafts.score(whole.x[keep]), right)
    drafts.p["linear"] *= slope
    drafts.p["output"] *= slope
    drafts.p["bias"] = drafts.p["bias"] * slope + intercept
    print(f"calibrated by slope {slope:.3f}, intercept {intercept:.3f}")
    probability = 1 / (1 + np.exp(-drafts.score(whole.x)))
    for part, name in (((2,), "calibration"), ((3,), "report")):
        print(name, flush=True)
        report_drafts(whole, probability, part)

    order = np.argsort(-probability[keep], kind="stable")
    keep_test, right_test = top_drafts(whole, (3,), CALIBRATION_KINDS)
    result = {
        "format": "genkai-reader",
        "version": 1,
        "provenance": {
            "made_by": "tools/train_reader/fit.py",
            "date": datetime.date.today().isoformat(),
            "data": "JaQuAD development set (CC BY-SA 3.0) and XQuAD English (CC BY-SA 4.0), articles parted by a hash "
                    "of their title: two quarters train, one calibrates, one reports",
            "arguments": {k: v for k, v in vars(arguments).items() if k not in ("program", "weights", "work")},
            "rows": {"drafts_train": len(y), "calibration": int(keep.sum()), "report": int(keep_test.sum())},
            "report": {
                "right": round(float(right_test.mean()), 4),
                "auroc": round(auroc(probability[keep_test], right_test), 4),
                "ece": round(ece(probability[keep_test], right_test), 4),
                "risk_coverage_area": round(area(probability[keep_test], right_test), 4),
            },
        },
        "pair_share": arguments.pair_share,
        "span_model": base["span_model"],
        "unit_model": networks["whole"].json(unit_names),
        "draft_model": drafts.json(whole.names),
        "calibration": {
            "set": f"{int(keep.sum())} questions of JaQuAD and XQuAD articles held out for calibration, half of them "
                   "without their article",
            "probabilities": [round(float(v), 5) for v in probability[keep][order]],
            "correct": "".join("1" if v else "0" for v in right[order]),
        },
    }
    text = json.dumps(result, ensure_ascii=False, indent=1)
    # Lists of numbers stay on one line each.
    text = re.sub(r"\[\s+([-\d.e,\s]+?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m.group(1)) + "]", text)
    text = re.sub(r"\{\s+(\"name\"[^{}]*?)\s+\}", lambda m: "{" + re.sub(r"\s+", " ", m.group(1)) + "}", text)
    pathlib.Path(arguments.weights).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
