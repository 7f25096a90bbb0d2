#include "model/native/weights.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <map>

#include "base/rng.h"
#include "model/native/gguf.h"

namespace genkai::model::native {
namespace {

using base::Code;
using base::fail;

constexpr std::size_t kQuantum = 32, kQuantumBytes = 34;

float half_to_float(const std::byte* from) {
  std::uint16_t half;
  std::memcpy(&half, from, sizeof half);
  const std::uint32_t sign = std::uint32_t{half & 0x8000U} << 16, exponent = half >> 10 & 31,
                      rest = half & 1023U;
  if (exponent == 0) {  // zero and numbers below 2^-14
    const float size = std::ldexp(static_cast<float>(rest), -24);
    return sign != 0 ? -size : size;
  }
  const std::uint32_t wide = exponent == 31 ? 255 : exponent + 112;
  return std::bit_cast<float>(sign | wide << 23 | rest << 13);
}

/// Rounds to nearest, ties to even; beyond 65,504 infinity.
void float_to_half(float value, std::byte* to) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  std::uint32_t half = bits >> 16 & 0x8000U;
  const float size = std::abs(value);
  if (std::isnan(value)) {
    half |= 0x7E00U;
  } else if (size < 0x1p-14F) {
    half |= static_cast<std::uint32_t>(std::nearbyint(std::ldexp(size, 24)));
  } else {
    const std::uint32_t magnitude = bits & 0x7FFFFFFFU;
    const std::uint32_t rounded = (magnitude + 0xFFFU + (magnitude >> 13 & 1)) >> 13;
    half |= std::min(rounded - (112U << 10), 0x7C00U);
  }
  const auto narrow = static_cast<std::uint16_t>(half);
  std::memcpy(to, &narrow, sizeof narrow);
}

std::string shape(std::size_t rows, std::size_t columns) {
  return std::to_string(rows) + " x " + std::to_string(columns);
}

/// The tensors of an architecture, in the order of the file format.
template <class Visit>
void each_tensor(const Architecture& a, std::vector<Layer>& layers, Matrix& embedding, Matrix& output_norm,
                 Matrix& output, const Visit& visit) {
  constexpr bool kNorm = true;
  visit("token_embd.weight", embedding, a.vocabulary, a.width, !kNorm);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const std::string block = "blk." + std::to_string(i) + ".";
    Layer& layer = layers[i];
    visit(block + "attn_norm.weight", layer.attention_norm, 1, a.width, kNorm);
    visit(block + "attn_q.weight", layer.query, a.width, a.width, !kNorm);
    visit(block + "attn_k.weight", layer.key, a.kv_width(), a.width, !kNorm);
    visit(block + "attn_v.weight", layer.value, a.kv_width(), a.width, !kNorm);
    visit(block + "attn_output.weight", layer.attention_output, a.width, a.width, !kNorm);
    visit(block + "ffn_norm.weight", layer.ffn_norm, 1, a.width, kNorm);
    visit(block + "ffn_gate.weight", layer.gate, a.hidden, a.width, !kNorm);
    visit(block + "ffn_up.weight", layer.up, a.hidden, a.width, !kNorm);
    visit(block + "ffn_down.weight", layer.down, a.width, a.hidden, !kNorm);
  }
  visit("output_norm.weight", output_norm, 1, a.width, kNorm);
  if (!a.tied) visit("output.weight", output, a.vocabulary, a.width, !kNorm);
}

}  // namespace

std::string_view to_string(WeightType type) {
  switch (type) {
    case WeightType::f32:
      return "F32";
    case WeightType::f16:
      return "F16";
    case WeightType::q8_0:
      return "Q8_0";
  }
  return "unknown";
}

std::optional<std::size_t> matrix_bytes(WeightType type, std::size_t rows, std::size_t columns) {
  std::size_t numbers = 0, bytes = 0;
  if (__builtin_mul_overflow(rows, columns, &numbers)) return {};
  if (type == WeightType::q8_0) {
    if (columns % kQuantum != 0) return {};
    numbers /= kQuantum;
  }
  const std::size_t size = type == WeightType::f32 ? 4 : type == WeightType::f16 ? 2 : kQuantumBytes;
  if (__builtin_mul_overflow(numbers, size, &bytes)) return {};
  return bytes;
}

base::Result<std::shared_ptr<const Weights>> Weights::from(const Architecture& architecture,
                                                           std::span<const NamedMatrix> tensors,
                                                           std::shared_ptr<const void> owner) {
  GENKAI_RETURN_IF_ERROR(check(architecture));
  constexpr const char* kHint = "the file is damaged or of another architecture; get it again";
  // Each layer needs nine tensors: a claim of more layers than that is refused before anything is allocated.
  if (tensors.size() < architecture.layers * 9)
    return fail(Code::corrupt,
                "the model says it has " + std::to_string(architecture.layers) + " layers, but has only " +
                    std::to_string(tensors.size()) + " tensors",
                kHint);
  std::map<std::string_view, const NamedMatrix*> by_name;
  for (const auto& tensor : tensors)
    if (!by_name.emplace(tensor.name, &tensor).second)
      return fail(Code::corrupt, "the model has two tensors called " + tensor.name, kHint);

  std::shared_ptr<Weights> weights(new Weights);
  weights->architecture_ = architecture;
  weights->owner_ = std::move(owner);
  weights->layers_.resize(architecture.layers);
  base::Status status;
  each_tensor(architecture, weights->layers_, weights->embedding_, weights->output_norm_, weights->output_,
              [&](const std::string& name, Matrix& matrix, std::size_t rows, std::size_t columns, bool norm) {
                if (!status) return;
                const auto found = by_name.find(name);
                if (found == by_name.end()) {
                  status = fail(Code::corrupt, "the model has no tensor " + name, kHint);
                  return;
                }
                matrix = found->second->matrix;
                const auto bytes = matrix_bytes(matrix.type, rows, columns);
                if (matrix.rows != rows || matrix.columns != columns) {
                  status = fail(Code::corrupt,
                                "the tensor " + name + " is " + shape(matrix.rows, matrix.columns) +
                                    ", and the architecture needs " + shape(rows, columns),
                                kHint);
                } else if (norm && matrix.type != WeightType::f32) {
                  status = fail(Code::unsupported,
                                "the tensor " + name + " is " + std::string(to_string(matrix.type)) +
                                    ", and norms have to be F32",
                                "convert the model with its norms in F32, as llama.cpp's converter does");
                } else if (!bytes || found->second->bytes < *bytes || matrix.data == nullptr) {
                  status = fail(Code::corrupt, "the tensor " + name + " is cut short", kHint);
                }
                by_name.erase(found);
              });
  GENKAI_RETURN_IF_ERROR(status);
  if (!by_name.empty())
    return fail(Code::unsupported,
                "the model has a tensor that the built-in engine does not use: " +
                    std::string(by_name.begin()->first),
                "the built-in engine runs plain llama models; " + run_elsewhere());
  if (architecture.tied) weights->output_ = weights->embedding_;
  return weights;
}

std::shared_ptr<const Weights> Weights::random(const Architecture& architecture, std::uint64_t seed,
                                               WeightType type) {
  std::shared_ptr<Weights> weights(new Weights);
  weights->architecture_ = architecture;
  weights->layers_.resize(architecture.layers);
  auto all = std::make_shared<std::vector<std::vector<std::byte>>>();
  base::Rng rng(seed);
  std::vector<float> values;
  each_tensor(architecture, weights->layers_, weights->embedding_, weights->output_norm_, weights->output_,
              [&](const std::string&, Matrix& matrix, std::size_t rows, std::size_t columns, bool norm) {
                values.assign(rows * columns, 1.0F);
                const double deviation = 1 / std::sqrt(static_cast<double>(columns));
                if (!norm)
                  for (auto& value : values) value = static_cast<float>(deviation * rng.normal());
                const WeightType kind = norm ? WeightType::f32 : type;
                all->push_back(encode(values, kind, columns));
                matrix = {kind, rows, columns, all->back().data()};
              });
  weights->owner_ = all;
  if (architecture.tied) weights->output_ = weights->embedding_;
  return weights;
}

std::vector<NamedMatrix> Weights::tensors() const {
  std::vector<NamedMatrix> tensors;
  std::vector<Layer> layers = layers_;
  Matrix embedding = embedding_, output_norm = output_norm_, output = output_;
  each_tensor(architecture_, layers, embedding, output_norm, output,
              [&](const std::string& name, const Matrix& matrix, std::size_t, std::size_t, bool) {
                tensors.push_back({name, matrix, matrix.bytes()});
              });
  return tensors;
}

std::size_t Weights::bytes_per_token() const {
  std::size_t bytes = architecture_.tied ? 0 : embedding_.row_bytes();
  for (const auto& tensor : tensors())
    if (architecture_.tied || tensor.matrix.data != embedding_.data) bytes += tensor.matrix.bytes();
  return bytes;
}

base::Status Weights::check_finite() const {
  std::vector<float> row;
  for (const auto& tensor : tensors()) {
    row.resize(tensor.matrix.columns);
    for (std::size_t r = 0; r < tensor.matrix.rows; ++r) {
      decode_row(tensor.matrix, r, row.data());
      if (!std::all_of(row.begin(), row.end(), [](float x) { return std::isfinite(x); }))
        return fail(
            Code::corrupt,
            "row " + std::to_string(r) + " of the tensor " + tensor.name + " has a number that is not finite",
            "the training diverged or the file is damaged");
    }
  }
  return {};
}

std::vector<std::byte> encode(std::span<const float> values, WeightType type, std::size_t columns) {
  std::vector<std::byte> bytes(matrix_bytes(type, values.size() / columns, columns).value());
  if (type == WeightType::f32) {
    std::memcpy(bytes.data(), values.data(), bytes.size());
  } else if (type == WeightType::f16) {
    for (std::size_t i = 0; i < values.size(); ++i) float_to_half(values[i], bytes.data() + 2 * i);
  } else {
    for (std::size_t block = 0; block < values.size() / kQuantum; ++block) {
      const float* x = values.data() + block * kQuantum;
      std::byte* to = bytes.data() + block * kQuantumBytes;
      float most = 0;
      for (std::size_t i = 0; i < kQuantum; ++i) most = std::max(most, std::abs(x[i]));
      const float d = most / 127, inverse = d > 0 ? 1 / d : 0;
      float_to_half(d, to);
      for (std::size_t i = 0; i < kQuantum; ++i)
        to[2 + i] = static_cast<std::byte>(static_cast<std::int8_t>(std::round(x[i] * inverse)));
    }
  }
  return bytes;
}

void decode_row(const Matrix& matrix, std::size_t row, float* out) {
  const std::byte* from = matrix.data + row * matrix.row_bytes();
  switch (matrix.type) {
    case WeightType::f32:
      std::memcpy(out, from, matrix.columns * sizeof(float));
      return;
    case WeightType::f16:
      for (std::size_t i = 0; i < matrix.columns; ++i) out[i] = half_to_float(from + 2 * i);
      return;
    case WeightType::q8_0:
      for (std::size_t i = 0; i < matrix.columns; ++i) {
        const std::byte* block = from + i / kQuantum * kQuantumBytes;
        out[i] = half_to_float(block) * static_cast<float>(static_cast<std::int8_t>(block[2 + i % kQuantum]));
      }
      return;
  }
}

}  // namespace genkai::model::native
