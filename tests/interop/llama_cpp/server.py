"""llama.cpp's own HTTP server in this process, as `llama-server -m FILE` would run it. Prints its port; ends with SIGTERM.

    python server.py FILE.gguf [--embeddings] [--slots N] [--context TOKENS] [--exact]
"""

import argparse
import signal

import xllamacpp


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--embeddings", action="store_true")
    parser.add_argument("--slots", type=int, default=4)
    parser.add_argument("--context", type=int, default=8192, help="tokens of each slot")
    parser.add_argument("--exact", action="store_true", help="keys and values as F32, where the server keeps F16 else")
    arguments = parser.parse_args()

    parameters = xllamacpp.CommonParams()
    parameters.model.path = arguments.file
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.n_parallel = arguments.slots
    parameters.n_ctx = arguments.context * arguments.slots
    parameters.cpuparams.n_threads = 1
    parameters.cpuparams_batch.n_threads = 1
    parameters.n_threads_http = 8
    parameters.endpoint_metrics = True
    if arguments.embeddings:
        parameters.embedding = True
        parameters.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    if arguments.exact:
        parameters.cache_type_k = parameters.cache_type_v = xllamacpp.ggml_type.GGML_TYPE_F32
        parameters.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})  # of the threads to come too
    server = xllamacpp.Server(parameters)
    print(server.listening_address.rsplit(":", 1)[1], flush=True)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main()
