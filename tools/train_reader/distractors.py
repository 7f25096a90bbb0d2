#!/usr/bin/env python3
"""Writes {"title","text"} lines of man pages, English and Japanese, as other passages of a crowded knowledge base.

    tools/train_reader/distractors.py OUT.jsonl [--passages 10000] [FOLDER ...]
"""
import argparse
import gzip
import json
import pathlib
import random
import re


def plain(roff):
    lines = []
    for line in roff.splitlines():
        if line.startswith((".\\\"", "'\\\"")):
            continue
        macro = re.match(r"[.'](\w+)\s*(.*)", line)
        if macro:
            if macro.group(1) in ("SH", "SS", "PP", "P", "LP", "TP", "IP", "Pp", "Sh", "Ss"):
                lines.append("")
            if macro.group(1) not in ("B", "I", "BR", "BI", "IR", "RB", "RI", "IB"):
                continue
            line = macro.group(2)
        line = re.sub(r"\\f[BIRP]|\\&|\\f\(\w\w", "", line)
        lines.append(line.replace("\\-", "-").replace("\\(aq", "'").replace('"', ""))
    return [" ".join(p.split()) for p in "\n".join(lines).split("\n\n")]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out")
    parser.add_argument("folders", nargs="*", default=["/usr/share/man/ja", "/usr/share/man"])
    parser.add_argument("--passages", type=int, default=10000)
    arguments = parser.parse_args()
    each = arguments.passages // len(arguments.folders)
    with open(arguments.out, "w", encoding="utf-8") as out:
        for folder in arguments.folders:
            files = sorted(p for p in pathlib.Path(folder).glob("man[1-8]/*.gz"))
            random.Random(1).shuffle(files)
            count = 0
            for file in files:
                if count >= each:
                    break
                try:
                    text = gzip.open(file).read().decode("utf-8")
                except (UnicodeDecodeError, OSError):
                    continue
                for paragraph in plain(text):
                    if len(paragraph) > 80 and count < each:
                        out.write(json.dumps({"title": file.name.split(".")[0], "text": paragraph[:1500]},
                                             ensure_ascii=False) + "\n")
                        count += 1


if __name__ == "__main__":
    main()
