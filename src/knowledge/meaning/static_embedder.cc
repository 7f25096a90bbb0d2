#include "knowledge/meaning/static_embedder.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstring>

#include "base/hash.h"
#include "knowledge/meaning/row_sum.h"

static_assert(std::endian::native == std::endian::little, "the table's numbers are little-endian");

// Defined in static_embedder_table.S.
extern "C" const char genkai_static_embedder_begin[];
extern "C" const char genkai_static_embedder_end[];

namespace genkai::knowledge {
namespace {

constexpr std::string_view kMagic = "GKEMBED";
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kNameSize = 32;
constexpr std::uint32_t kLargestDimension = 4096;

struct Header {
  char magic[7];
  std::uint8_t version;
  std::uint64_t checksum;  // of every byte after this field
  char name[kNameSize];    // padded with zeros
  std::uint32_t pieces;
  std::uint32_t dimension;
  std::uint32_t vocabulary_bytes;
  std::uint32_t reserved;
};
static_assert(sizeof(Header) == 64);

base::Error damaged(std::string_view what) {
  return {base::Code::corrupt, "the table of the static embedder is damaged: " + std::string(what),
          "install the program again"};
}

/// What static_embedder() returns when its table is damaged: every text says so, and lexical search goes on.
class DamagedEmbedder final : public Embedder {
 public:
  explicit DamagedEmbedder(base::Error error) : error_(std::move(error)) {}
  std::string name() const override { return "damaged"; }
  std::size_t dimension() const override { return 1; }
  base::Status embed(std::string_view, float* out) const override {
    *out = 0;
    return base::fail(error_);
  }

 private:
  base::Error error_;
};

}  // namespace

base::Result<std::shared_ptr<const StaticEmbedder>> StaticEmbedder::open(std::string_view table) {
  Header header;
  if (table.size() < sizeof header) return base::fail(damaged("it is shorter than its header"));
  std::memcpy(&header, table.data(), sizeof header);
  if (std::string_view(header.magic, sizeof header.magic) != kMagic) {
    return base::fail(damaged("it does not start with GKEMBED"));
  }
  if (header.version != kVersion) {
    return base::fail(base::Code::unsupported,
                      "the table of the static embedder has version " + std::to_string(header.version) +
                          ", this program reads version " + std::to_string(kVersion),
                      "use the table that belongs to this program");
  }
  if (base::hash64(table.substr(offsetof(Header, name))) != header.checksum) {
    return base::fail(damaged("its checksum does not match"));
  }
  const std::uint64_t pieces = header.pieces;
  const std::uint64_t expected =
      sizeof header + header.vocabulary_bytes + pieces * sizeof(float) + pieces * header.dimension;
  if (header.dimension == 0 || header.dimension > kLargestDimension || table.size() != expected)
    return base::fail(damaged("its size does not match"));
  const std::string_view vocabulary = table.substr(sizeof header, header.vocabulary_bytes);
  if (static_cast<std::uint64_t>(std::count(vocabulary.begin(), vocabulary.end(), '\n')) != pieces ||
      (pieces > 0 && vocabulary.back() != '\n')) {
    return base::fail(damaged("its vocabulary does not have a line for each row"));
  }
  const std::string_view name(header.name, ::strnlen(header.name, kNameSize));
  std::shared_ptr<StaticEmbedder> embedder(
      new StaticEmbedder(std::string(name), header.dimension, vocabulary));
  const char* scales = vocabulary.data() + vocabulary.size();
  embedder->scales_.resize(pieces);
  if (pieces > 0) std::memcpy(embedder->scales_.data(), scales, pieces * sizeof(float));
  embedder->rows_ = reinterpret_cast<const std::int8_t*>(scales + pieces * sizeof(float));
  return embedder;
}

base::Status StaticEmbedder::embed(std::string_view utf8, float* out) const {
  std::vector<std::uint32_t> ids;
  ids.reserve(utf8.size() / 4 + 8);
  pieces_.tokenize(utf8, ids);
  std::sort(ids.begin(), ids.end());
  // Unknown ids are the greatest. Of a text that is mostly unknown (Japanese) the rest would mislead.
  const auto known = std::lower_bound(ids.begin(), ids.end(), WordPiece::kUnknown);
  const bool readable = known - ids.begin() >= ids.end() - known;
  std::vector<ScaledRow> rows;
  rows.reserve(ids.size());
  for (auto at = ids.begin(); readable && at != known;) {
    const auto next = std::find_if(at, known, [at](std::uint32_t id) { return id != *at; });
    const float weight = std::sqrt(static_cast<float>(next - at));
    rows.push_back({rows_ + *at * dimension_, weight * scales_[*at]});
    at = next;
  }
  sum_to_unit(rows, dimension_, out);
  return {};
}

std::string_view embedded_table() {
  return {genkai_static_embedder_begin,
          static_cast<std::size_t>(genkai_static_embedder_end - genkai_static_embedder_begin)};
}

std::shared_ptr<const Embedder> static_embedder() {
  static const std::shared_ptr<const Embedder> embedder = []() -> std::shared_ptr<const Embedder> {
    auto opened = StaticEmbedder::open(embedded_table());
    if (opened) return *opened;
    return std::make_shared<DamagedEmbedder>(opened.error());
  }();
  return embedder;
}

}  // namespace genkai::knowledge
