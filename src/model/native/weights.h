#pragma once
// The matrices of a model, by name and checked against its architecture; used where they lie, never copied.
//
//   std::vector<NamedMatrix> tensors = ...;  // views into a memory-mapped GGUF file
//   GENKAI_ASSIGN_OR_RETURN(auto weights, Weights::from(architecture, tensors, mapped_file));
//   Engine engine(weights, {});

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/native/architecture.h"

namespace genkai::model::native {

/// How a number is stored. q8_0 is GGUF's: blocks of 32 along a row, each a float16 scale d and 32 int8 q,
/// with the values d * q; 34 bytes a block.
enum class WeightType : std::uint8_t { f32, f16, q8_0 };

std::string_view to_string(WeightType type);

/// Bytes of a row-major matrix; nothing when they overflow, or when rows of q8_0 are no multiple of 32.
std::optional<std::size_t> matrix_bytes(WeightType type, std::size_t rows, std::size_t columns);

/// A view of a row-major matrix [rows][columns] (a row gives one output), little-endian, of any alignment.
struct Matrix {
  WeightType type = WeightType::f32;
  std::size_t rows = 0, columns = 0;
  const std::byte* data = nullptr;

  std::size_t bytes() const { return matrix_bytes(type, rows, columns).value_or(0); }
  std::size_t row_bytes() const { return matrix_bytes(type, 1, columns).value_or(0); }
};

/// A tensor by its name in GGUF. Vectors (norms) have one row.
struct NamedMatrix {
  std::string name;
  Matrix matrix;
  std::size_t bytes = 0;  // that can be read at matrix.data
};

/// One block of the decoder. Norms are f32, one row.
struct Layer {
  Matrix attention_norm, query, key, value, attention_output, ffn_norm, gate, up, down;
};

/// Immutable and thread-safe.
class Weights {
 public:
  /// Finds the tensors by llama's names in GGUF (token_embd.weight, blk.N.attn_q.weight, ...). Costs no pass
  /// over the numbers. `owner` keeps the bytes alive. A missing tensor, one of another shape or type, or
  /// fewer bytes than the shape needs is `corrupt`; a tensor that the architecture does not have is
  /// `unsupported`, as leaving it out would compute something else.
  static base::Result<std::shared_ptr<const Weights>> from(const Architecture& architecture,
                                                           std::span<const NamedMatrix> tensors,
                                                           std::shared_ptr<const void> owner);

  /// Normal with deviation 1 / sqrt(columns), norms 1; the same seed gives the same bytes. For tests and
  /// measurements. REQUIRES: check(architecture), and with q8_0 that width and hidden are multiples of 32.
  static std::shared_ptr<const Weights> random(const Architecture& architecture, std::uint64_t seed,
                                               WeightType type = WeightType::f32);

  const Architecture& architecture() const { return architecture_; }
  const Matrix& embedding() const { return embedding_; }
  const std::vector<Layer>& layers() const { return layers_; }
  const Matrix& output_norm() const { return output_norm_; }
  const Matrix& output() const { return output_; }  // the embedding when tied

  /// Bytes of weights read for one token at batch 1: all matrices, and one row of the embedding.
  std::size_t bytes_per_token() const;

  /// Reads every number: `corrupt`, naming the tensor, when one is not finite. (The engine also notices while
  /// it runs, without this pass.)
  base::Status check_finite() const;

  /// All tensors with their names, in the order of the file format.
  std::vector<NamedMatrix> tensors() const;

 private:
  Weights() = default;
  Architecture architecture_;
  Matrix embedding_, output_norm_, output_;
  std::vector<Layer> layers_;
  std::shared_ptr<const void> owner_;
};

/// `values` as `type`, row by row; rounded to nearest. q8_0 as llama.cpp makes it: d = max |x| / 127.
/// REQUIRES: matrix_bytes(type, rows, columns) has a value, and values.size() == rows * columns.
std::vector<std::byte> encode(std::span<const float> values, WeightType type, std::size_t columns);

/// out[i] = element i of row `row`. REQUIRES: row < matrix.rows, out holds matrix.columns.
void decode_row(const Matrix& matrix, std::size_t row, float* out);

}  // namespace genkai::model::native
