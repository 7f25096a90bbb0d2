#pragma once
// The static embedder over the bytes of a table file (docs/formats/static-embedder.md). Programs use
// static_embedder() of embedder.h, which reads the table inside the program; this header is for tests and for
// other tables.
//
//   GENKAI_ASSIGN_OR_RETURN(auto embedder, StaticEmbedder::open(bytes));
//   std::vector<float> vector(embedder->dimension());
//   GENKAI_RETURN_IF_ERROR(embedder->embed("a text", vector.data()));

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "knowledge/meaning/embedder.h"
#include "knowledge/meaning/wordpiece.h"

namespace genkai::knowledge {

/// A text's vector is the sum of its pieces' rows, each times the square root of the piece's count, made unit
/// length. A text of more unknown words than known pieces gets zeros. Immutable, so thread-safe.
class StaticEmbedder final : public Embedder {
 public:
  /// Reads a table; a wrong checksum or size is corrupt, another version unsupported. `table` must outlive
  /// the result.
  static base::Result<std::shared_ptr<const StaticEmbedder>> open(std::string_view table);

  std::string name() const override { return name_; }
  std::size_t dimension() const override { return dimension_; }
  base::Status embed(std::string_view utf8, float* out) const override;

 private:
  StaticEmbedder(std::string name, std::size_t dimension, std::string_view vocabulary)
      : name_(std::move(name)), dimension_(dimension), pieces_(vocabulary) {}

  std::string name_;
  std::size_t dimension_;
  WordPiece pieces_;
  std::vector<float> scales_;          // by piece id
  const std::int8_t* rows_ = nullptr;  // dimension_ values a piece
};

/// The table file that was linked into this program.
std::string_view embedded_table();

}  // namespace genkai::knowledge
