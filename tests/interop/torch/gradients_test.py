"""Loss and gradients of the trainer's decoders against PyTorch's autograd, in double precision.

    train_gradients | python3 gradients_test.py
"""
import json
import math
import sys

import torch

torch.set_default_dtype(torch.float64)


def norm(x, weights, name, epsilon):
    gain = weights[name + ".weight"][0]
    if name + ".bias" in weights:
        return torch.nn.functional.layer_norm(x, x.shape[-1:], gain, weights[name + ".bias"][0], epsilon)
    return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + epsilon) * gain


def rotated(x, theta):  # [positions][heads][size], pairs (2i, 2i + 1)
    n, _, size = x.shape
    angle = torch.outer(torch.arange(n, dtype=torch.float64), theta ** (-torch.arange(0, size, 2) / size))
    turn = torch.polar(torch.ones_like(angle), angle)[:, None, :]
    pairs = torch.view_as_complex(x.reshape(*x.shape[:-1], size // 2, 2))
    return torch.view_as_real(pairs * turn).reshape(x.shape)


def attention(h, weights, block, case, kind):
    n, heads, kv_heads = h.shape[0], case["heads"], case["kv_heads"]
    q = (h @ weights[block + "attn_q.weight"].T).reshape(n, heads, -1)
    k = (h @ weights[block + "attn_k.weight"].T).reshape(n, kv_heads, -1)
    v = (h @ weights[block + "attn_v.weight"].T).reshape(n, kv_heads, -1)
    if kind == "rope":
        q, k = rotated(q, case["theta"]), rotated(k, case["theta"])
    k, v = (t.repeat_interleave(heads // kv_heads, 1) for t in (k, v))
    scores = torch.einsum("ihd,jhd->hij", q, k) / math.sqrt(q.shape[-1])
    if case["log_n_base"]:
        scores = scores * (torch.log(torch.arange(1, n + 1.0)) / math.log(case["log_n_base"]))[None, :, None]
    place = torch.arange(n)
    if kind == "alibi":
        slopes = torch.tensor([2 ** (-8 * (h + 1) / heads) for h in range(heads)])
        scores = scores - slopes[:, None, None] * (place[:, None] - place[None, :])
    scores = scores.masked_fill(place[None, :] > place[:, None], -math.inf)
    return torch.einsum("hij,jhd->ihd", scores.softmax(-1), v).reshape(n, -1) @ weights[block + "attn_output.weight"].T


def feed_forward(h, weights, block, activation):
    up = h @ weights[block + "ffn_up.weight"].T
    if block + "ffn_gate.weight" in weights:
        inner = torch.nn.functional.silu(h @ weights[block + "ffn_gate.weight"].T) * up
    elif activation == "gelu":
        inner = torch.nn.functional.gelu(up, approximate="tanh")
    else:
        inner = torch.relu(up)
    return inner @ weights[block + "ffn_down.weight"].T


def loss_of(case, weights):
    words = case["name"].split()
    kind = words[0] if words[0] in ("alibi", "learned", "sinusoidal") else "rope"
    table = weights["token_embd.weight"]
    output = weights.get("output.weight", table)
    total = 0
    for begin, end in zip(case["segments"], case["segments"][1:]):
        x = table[torch.tensor(case["tokens"][begin:end])]
        n, width = x.shape
        if kind == "learned":
            x = x + weights["position_embd.weight"][torch.arange(n).clamp(max=case["context"] - 1)]
        if kind == "sinusoidal":
            angle = torch.outer(torch.arange(n), 10000.0 ** (-torch.arange(0, width, 2) / width))
            x = x + torch.stack((angle.sin(), angle.cos()), -1).reshape(n, width) * math.sqrt(2 / width)
        for layer in range(case["layers"]):
            block = f"blk.{layer}."
            x = x + attention(norm(x, weights, block + "attn_norm", case["epsilon"]), weights, block, case, kind)
            x = x + feed_forward(norm(x, weights, block + "ffn_norm", case["epsilon"]), weights, block,
                                 "gelu" if "gelu" in words else "relu")
        logits = norm(x, weights, "output_norm", case["epsilon"]) @ output.T
        each = torch.nn.functional.cross_entropy(logits, torch.tensor(case["targets"][begin:end]), reduction="none")
        total = total + (each * torch.tensor(case["weights"][begin:end])).sum()
    return total


def main():
    cases = failed = 0
    for line in sys.stdin:
        case = json.loads(line)
        weights = {name: torch.tensor(m["values"], dtype=torch.float64).reshape(m["rows"], m["cols"]).requires_grad_()
                   for name, m in case["matrices"].items()}
        loss = loss_of(case, weights)
        loss.backward()
        worst = 0.0
        for name, m in case["matrices"].items():
            expected = weights[name].grad
            own = torch.tensor(m["gradients"], dtype=torch.float64).reshape(expected.shape)
            worst = max(worst, float((own - expected).abs().max() / expected.abs().max()))
        total = loss.item()
        off = abs(case["loss"] - total) / total
        cases += 1
        failed += not (off < 1e-6 and worst < 1e-5)
        print(f"{case['name']}: loss {total:.6f}, off by {off:.1e}; gradients off by {worst:.1e} of the largest")
    print(f"{cases - failed} passed, {failed} failed")
    return 1 if failed or cases == 0 else 0


sys.exit(main())
