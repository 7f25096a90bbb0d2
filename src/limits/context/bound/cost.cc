#include "limits/context/bound/cost.h"

#include <algorithm>

namespace genkai::limits::context::bound {
namespace {

using base::Code;

constexpr std::uint64_t kMost = 10'000'000, kMostTokens = 1'000'000'000'000;

base::Status check(const Shape& shape, std::uint64_t tokens) {
  for (const std::uint64_t value :
       {shape.layers, shape.width, shape.heads, shape.kv_heads, shape.hidden, shape.vocabulary})
    if (value == 0 || value > kMost)
      return base::fail(Code::invalid_argument, "a number of the architecture is 0 or above ten million");
  if (tokens == 0 || tokens > kMostTokens || shape.head_size > kMost)
    return base::fail(Code::invalid_argument, "there are from 1 to 10^12 tokens");
  if (shape.heads % shape.kv_heads != 0)
    return base::fail(Code::invalid_argument, "heads are a multiple of the heads of keys and values");
  if (shape.head_size == 0 && shape.width % shape.heads != 0)
    return base::fail(Code::invalid_argument, "the width is no multiple of the heads",
                      "give the size of a head");
  if (!(shape.weight_bytes > 0 && shape.cache_bytes > 0))
    return base::fail(Code::invalid_argument, "a number takes more than 0 bytes");
  return {};
}

}  // namespace

base::Result<ContextCost> context_cost(const Shape& shape, std::uint64_t tokens) {
  GENKAI_RETURN_IF_ERROR(check(shape, tokens));
  const auto real = [](std::uint64_t value) { return static_cast<double>(value); };
  const double n = real(tokens), layers = real(shape.layers), width = real(shape.width);
  const double size = shape.head_size > 0 ? real(shape.head_size) : width / real(shape.heads);
  const double queries = real(shape.heads) * size, keys = real(shape.kv_heads) * size;
  const double per_layer =
      width * (2 * queries + 2 * keys) + (shape.gated ? 3 : 2) * width * real(shape.hidden);
  const double head = width * real(shape.vocabulary);
  const double per_token = 2 * layers * per_layer;
  const double per_pair = 4 * layers * queries;  // scores and weighted values
  ContextCost out;
  out.parameters = layers * (per_layer + 2 * width) + width + head * (shape.tied ? 1 : 2);
  out.weight_bytes = out.parameters * shape.weight_bytes;
  out.prefill_attention = per_pair * n * (n + 1) / 2;
  out.prefill = per_token * n + out.prefill_attention + 2 * head;
  out.decode_attention = per_pair * (n + 1);
  out.decode = per_token + out.decode_attention + 2 * head;
  const double cache_per_token = 2 * layers * keys * shape.cache_bytes;
  out.cache_bytes = cache_per_token * n;
  // The embedding is one row of its table; tied to the output, the table is read for that.
  out.decode_bytes =
      out.weight_bytes - (shape.tied ? 0 : head * shape.weight_bytes) + out.cache_bytes + cache_per_token;
  out.attention_is_half = std::max(1.0, 2 * per_token / per_pair - 1);
  out.cache_is_weights = out.weight_bytes / cache_per_token;
  out.grounds.assumptions = {
      {"Full causal attention, each pair computed once; no window, no speculation, one sequence.",
       "因果的な全注意で、各組を一度だけ計算します。窓や投機的復号はなく、系列は1つです。"},
      {"2 FLOP for a multiplication with its addition; norms, rotations, softmax and the embedding are left "
       "out.",
       "積和を2 FLOPと数え、正規化、回転、ソフトマックス、埋め込みは除きます。"},
      {"Operations and bytes, not seconds: reading a long text is bound by arithmetic, each further token by "
       "memory.",
       "演算数とバイト数であって時間ではありません。長文の読み込みは演算、1トークンずつの生成はメモリが律速で"
       "す。"}};
  out.grounds.source =
      "counted from the shapes; Kaplan et al. 2020 (2.1), Ainslie et al. 2023 (grouped queries)";
  return out;
}

}  // namespace genkai::limits::context::bound
