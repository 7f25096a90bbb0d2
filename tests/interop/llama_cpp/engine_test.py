"""The built-in engine against llama.cpp, on the same GGUF files of random weights: tokens of the same texts, log
probabilities of the next token, greedy continuations.

    python engine_test.py ENGINE_CASES SCRATCH_FOLDER
"""

import collections
import json
import os
import random
import re
import subprocess
import sys
import urllib.request

import gguf

import tiny_model

HERE = os.path.dirname(os.path.abspath(__file__))
TEXTS, LOGITS, GREEDY, TOKENS = 200, 20, 100, 24
LENGTH = 300  # of a text in bytes, so that no prompt leaves the context
# Log probabilities may differ by so much. With F16 llama.cpp rounds activations to F16 too; with Q8_0 both round them to
# steps, and a difference in the last bit crosses a step now and then. A continuation may part where its two best logits
# are nearer than twice that.
KINDS = {0: "F32", 1: "F16", 7: "Q8_0"}
DIFFERENCE = {"F32": 5e-5, "F16": 0.03, "Q8_0": 0.1}
PRE = ["gpt-2", "llama-bpe", "llama3", "llama-v3", "qwen2", "deepseek-r1-qwen", "smollm", "starcoder", "refact", "command-r"]
WORD = "quixotic"  # a token that no merge leads to
SOURCES = ["README.md", "README.ja.md", "CONTRIBUTING.md", "docs/upstreams.md"]


def cut(text):
    return text.encode()[:LENGTH].decode(errors="ignore")


def some_texts(sources):
    """Of the sources, so that the vocabulary knows them, and of what it does not know."""
    draw = random.Random(5)
    blanks = [" ", "  ", "     ", "\n", "\n\n", "\r\n", "\t", "\u3000", "\u00a0", " \n ", "\u2003"]
    odd = ["😀", "👩‍👩‍👧", "🇯🇵", "👍🏽", "é", "e\u0301", "ß", "İ", "ﬁ", "が", "か\u3099", "﷽", "नमस्ते", "שלום", "한국어", "𝒳", "🈂",
           "½", "Ⅷ", "١٢٣", "①", "▁", "▁▁", "<s>", "</s>", "<0x41>", "<tool>", " " + WORD, "<|im_end|>", "<unk>", "�", "I'll", "we'VE", "don't", "'s", "12345678",
           "3.14", "a_b", "--", "!!!", "…", "、。", "「」", "\u200b", "\ufeff", "\u0301"]
    control = [chr(c) for c in [*range(1, 32), 127, 128, 0x85, 0x9F, 0xAD, 0x2028]]
    lines = [line for text in sources for line in text.splitlines() if line.strip()]
    texts = [cut(" ".join(draw.sample(lines, 2))) for _ in range(60)]
    while len(texts) < TEXTS:
        pieces = [[draw.choice(lines)[:40]], odd, blanks, control if len(texts) % 4 == 0 else odd]
        texts.append(cut("".join(draw.choice(draw.choice(pieces)) for _ in range(draw.randint(1, 25)))) or "a")
    draw.shuffle(texts)
    return texts


def byte_merges(sources, count):
    """Byte pair encoding of words, learnt in plain loops."""
    characters = tiny_model.byte_characters()
    words = collections.Counter(word for text in sources for word in re.findall(r" ?\w+|\s+|[^\w\s]+", text))
    words = {tuple(characters[b] for b in word.encode()): times for word, times in words.items()}
    merges = []
    while len(merges) < count:
        pairs = collections.Counter()
        for word, times in words.items():
            for pair in zip(word, word[1:]):
                pairs[pair] += times
        best = max(sorted(pairs), key=pairs.get)
        merges.append(" ".join(best))
        merged = {}
        for word, times in words.items():
            joined = []
            for piece in word:
                if joined and (joined[-1], piece) == best:
                    joined[-1] += piece
                else:
                    joined.append(piece)
            merged[tuple(joined)] = times
        words = merged
    return merges


class Server:
    """llama.cpp's own server with one model."""

    def __init__(self, file, scratch):
        self.log = open(os.path.join(scratch, "server.log"), "w", encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(HERE, "server.py"), file, "--slots", "1", "--context", "512", "--exact"],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        if not line.strip():
            self.__exit__()
            sys.exit(f"llama.cpp does not load {file}:\n" + open(self.log.name, encoding="utf-8").read()[-2000:])
        self.url = f"http://127.0.0.1:{line.strip()}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.log.close()

    def post(self, path, **body):
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())

    def tokens(self, text):
        return self.post("/tokenize", content=text, add_special=True, parse_special=False)["tokens"]

    def complete(self, prompt, count, **more):
        return self.post("/completion", prompt=prompt, n_predict=count, temperature=0, return_tokens=True,
                         cache_prompt=False, **more)


def logprobs(server, prompt, size):
    """Of all tokens, as they were before the bias: it makes the server say a letter, as it tells nothing of half characters."""
    row = [None] * size
    told = server.complete(prompt, 1, n_probs=size, logit_bias=[[server.tokens("a")[-1], 1000]])
    for one in told["completion_probabilities"][0]["top_logprobs"]:
        row[one["id"]] = one["logprob"]
    return row


def compare(program, file, texts, scratch, kind):
    """What differs, as lines for people, and whether it may not."""
    run = subprocess.run([program, "run", file, str(LOGITS), str(GREEDY), str(TOKENS)], input=json.dumps(texts),
                         capture_output=True, text=True)
    if run.returncode != 0:
        return f"the engine: {run.stderr}", True
    ours = json.loads(run.stdout)
    with Server(file, scratch) as server:
        wrong = [i for i, text in enumerate(texts) if server.tokens(text) != ours["tokens"][i]]
        worst = 0.0
        for prompt, row in zip(ours["tokens"], ours["logprobs"]):
            theirs = logprobs(server, prompt, len(row))
            missing = [i for i, logprob in enumerate(theirs) if logprob is None]
            if missing:
                return f"llama.cpp told no probability of {len(missing)} tokens", True
            worst = max([worst, *(abs(a - b) for a, b in zip(row, theirs))])
        same = tied = other = 0
        for prompt, greedy in zip(ours["tokens"], ours["greedy"]):
            theirs = server.complete(prompt, TOKENS)["tokens"]
            at = next((i for i, pair in enumerate(zip(theirs, greedy["tokens"])) if pair[0] != pair[1]), len(theirs))
            if at == len(theirs):
                same += 1  # whole, or up to the end token at which llama.cpp stops
            elif greedy["margins"][at] < 2 * DIFFERENCE[kind]:
                tied += 1
            else:
                other += 1
    line = (f"tokens of {len(texts) - len(wrong)}/{len(texts)} texts; log probabilities within {worst:.1e}; "
            f"{same}/{GREEDY} continuations the same, {tied} part where two logits are nearer than {2 * DIFFERENCE[kind]:g}, "
            f"{other} elsewhere")
    for i in wrong[:3]:
        line += f"\n  cut in another way: {texts[i]!r}"
    return line, bool(wrong) or worst > DIFFERENCE[kind] or other > 0


def main(program, scratch):
    sources = []
    for name in SOURCES:
        with open(name, encoding="utf-8") as file:
            sources.append(file.read())
    texts = some_texts(sources)
    files = subprocess.run([program, "write", scratch, *SOURCES], capture_output=True, text=True, check=True).stdout
    files = files.split() + [shipped for shipped in ["models/genkai-builtin.gguf"] if os.path.exists(shipped)]
    merges = byte_merges(sources, 400)
    for pre in PRE:
        files.append(os.path.join(scratch, f"byte-pairs.{pre}.gguf"))
        tiny_model.main(files[-1], merges, pre, ["\u0120" + WORD], ["<tool>"], pre != "gpt-2")
    failed = 0
    for file in files:
        kind = KINDS[int(gguf.GGUFReader(file).fields["general.file_type"].contents())]
        line, wrong = compare(program, file, texts, scratch, kind)
        print(f"{os.path.basename(file)} ({kind}): {line}", flush=True)
        failed += wrong
    print(f"{len(files) - failed} models agree, {failed} do not")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
