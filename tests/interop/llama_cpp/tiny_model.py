"""Writes a tiny llama model in GGUF: random weights from a fixed seed, a vocabulary of bytes, a ChatML template.
What it says is nonsense of printable characters; the server around it is the real one.

    python tiny_model.py FILE.gguf
"""

import sys

import gguf
import numpy as np

WIDTH, LAYERS, HEADS, FEED_FORWARD, CONTEXT = 64, 2, 4, 128, 65536
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
TEMPLATE = """\
{%- if tools %}<|im_start|>system
You may call these functions:
<tools>
{% for tool in tools %}{{ tool | tojson }}
{% endfor %}</tools>
For each call write <tool_call>
{"name": <name>, "arguments": <arguments>}
</tool_call><|im_end|>
{% endif %}
{%- for message in messages %}
{%- if message.role == 'tool' %}<|im_start|>user
<tool_response>
{{ message.content }}
</tool_response><|im_end|>
{% else %}<|im_start|>{{ message.role }}
{% if message.content %}{{ message.content }}{% endif %}
{%- for call in message.tool_calls or [] %}
<tool_call>
{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}
</tool_call>
{%- endfor %}<|im_end|>
{% endif %}
{%- endfor %}
{%- if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""


def byte_characters():
    """The character that byte-level BPE writes for each byte."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    rest = (b for b in range(256) if b not in plain)
    return {b: chr(b) for b in plain} | {b: chr(256 + i) for i, b in enumerate(rest)}


def main(path, merges=("h e", "t he", "i n", "e r"), pre="llama-bpe", words=(), user_defined=(), add_bos=False):
    """`words` are tokens that no merge leads to."""
    characters = byte_characters()
    tokens = [characters[b] for b in range(256)]
    tokens += list(dict.fromkeys([merge.replace(" ", "") for merge in merges] + list(words)))
    kinds = [gguf.TokenType.NORMAL] * len(tokens)
    tokens += list(user_defined) + SPECIAL
    kinds += [gguf.TokenType.USER_DEFINED] * len(user_defined) + [gguf.TokenType.CONTROL] * len(SPECIAL)

    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("tiny")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_vocab_size(len(tokens))
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(list(merges))
    writer.add_bos_token_id(tokens.index("<|endoftext|>"))
    writer.add_eos_token_id(tokens.index("<|im_end|>"))
    writer.add_eot_token_id(tokens.index("<|im_end|>"))
    writer.add_add_bos_token(add_bos)
    writer.add_chat_template(TEMPLATE)

    random = np.random.default_rng(1)

    def matrix(rows, columns, scale=0.3):
        return (random.standard_normal((rows, columns)) * scale / np.sqrt(columns)).astype(np.float32)

    # The first of the hidden numbers is the same everywhere, so that it carries how likely each token is by itself:
    # letters and blanks above all, the end now and then, halves of characters never.
    embedding = matrix(len(tokens), WIDTH, 8.0)
    embedding[:, 0] = 8.0
    likely = np.full(len(tokens), -8.0)
    for b in range(0x20, 0x7F):
        likely[b] = 1.5 if chr(b).isalpha() else 0.0
    likely[0x20] = 3.0
    likely[tokens.index("<|im_end|>")] = 1.0
    output = matrix(len(tokens), WIDTH, 8.0)
    output[:, 0] = likely / 2

    def add(name, data):
        writer.add_tensor(name, np.ascontiguousarray(data, dtype=np.float32))

    add("token_embd.weight", embedding)
    for layer in range(LAYERS):
        at = f"blk.{layer}."
        add(at + "attn_norm.weight", np.ones(WIDTH))
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            add(f"{at}{name}.weight", matrix(WIDTH, WIDTH))
        add(at + "ffn_norm.weight", np.ones(WIDTH))
        add(at + "ffn_gate.weight", matrix(FEED_FORWARD, WIDTH))
        add(at + "ffn_up.weight", matrix(FEED_FORWARD, WIDTH))
        add(at + "ffn_down.weight", matrix(WIDTH, FEED_FORWARD))
    add("output_norm.weight", np.ones(WIDTH))
    add("output.weight", output)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main(sys.argv[1])
