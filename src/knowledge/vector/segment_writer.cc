#include "knowledge/vector/segment_writer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "knowledge/vector/clusters.h"
#include "knowledge/vector/segment.h"

namespace genkai::knowledge {
namespace {

constexpr std::uint64_t kClusterSeed = 0x67656E6B6169;

/// Appends to a file, pads sections and keeps the chained checksum.
class SectionWriter {
 public:
  explicit SectionWriter(base::FileWriter& file) : file_(file) { piece_.reserve(ChainedHash::kPiece); }

  base::Status append(const void* data, std::size_t size) {
    const char* bytes = static_cast<const char*>(data);
    while (size > 0) {
      const std::size_t n = std::min(size, ChainedHash::kPiece - piece_.size());
      piece_.append(bytes, n);
      bytes += n;
      size -= n;
      if (piece_.size() == ChainedHash::kPiece) GENKAI_RETURN_IF_ERROR(flush());
    }
    return {};
  }
  base::Status pad() {
    static constexpr char kZeros[64] = {};
    const std::uint64_t used = (file_.offset() + piece_.size()) % 64;
    return used == 0 ? base::Status{} : append(kZeros, 64 - used);
  }
  template <class T>
  base::Status section(const std::vector<T>& values) {
    GENKAI_RETURN_IF_ERROR(append(values.data(), values.size() * sizeof(T)));
    return pad();
  }
  base::Status finish() {
    if (!piece_.empty()) GENKAI_RETURN_IF_ERROR(flush());
    const std::uint64_t checksum = hash_.value();
    return file_.append({reinterpret_cast<const char*>(&checksum), sizeof checksum});
  }

 private:
  base::Status flush() {
    hash_.add(piece_);
    auto status = file_.append(piece_);
    piece_.clear();
    return status;
  }
  base::FileWriter& file_;
  std::string piece_;
  ChainedHash hash_;
};

struct Lists {
  Centroids centroids;
  std::vector<std::uint32_t> begin;  // into rows, lists + 1
  std::vector<std::uint32_t> rows;   // row numbers, list after list
};

Lists make_lists(std::span<const Row> rows, std::size_t stride, Workers& workers) {
  Lists lists;
  lists.centroids = train_centroids(rows, stride, list_count(rows.size()), kClusterSeed, workers);
  const std::vector<std::uint32_t> assigned = assign(rows, lists.centroids, workers);
  lists.begin.assign(lists.centroids.size() + 1, 0);
  for (const std::uint32_t list : assigned) ++lists.begin[list + 1];
  std::partial_sum(lists.begin.begin(), lists.begin.end(), lists.begin.begin());
  lists.rows.resize(rows.size());
  std::vector<std::uint32_t> next = lists.begin;
  for (std::size_t r = 0; r < rows.size(); ++r)
    lists.rows[next[assigned[r]]++] = static_cast<std::uint32_t>(r);
  return lists;
}

/// The 1-bit codes of one list (RaBitQ, Gao and Long, SIGMOD 2024): for a residual r = vector - centroid,
/// rotated to r', the signs of r' and the factor |r|^2 / |r'|_1, with which factor * <signs, q'> estimates
/// <r, q> without bias.
std::string encode_list(std::span<const Row> rows, const Lists& lists, std::size_t list) {
  const std::size_t stride = lists.centroids.stride;
  const std::uint32_t *first = lists.rows.data() + lists.begin[list],
                      *last = lists.rows.data() + lists.begin[list + 1];
  const auto size = static_cast<std::size_t>(last - first);
  const std::size_t block_bytes = 8 * kernels::kBlock + stride * 4;
  std::string bytes((size + kernels::kBlock - 1) / kernels::kBlock * block_bytes, '\0');
  const float centroid_scale = lists.centroids.scales[list];
  const std::int8_t* centroid = lists.centroids.codes.data() + list * stride;
  std::vector<float> residual(stride);
  for (std::size_t j = 0; j < size; ++j) {
    const Row& row = rows[first[j]];
    for (std::size_t i = 0; i < stride; ++i)
      residual[i] =
          row.scale * static_cast<float>(row.codes[i]) - centroid_scale * static_cast<float>(centroid[i]);
    float squares = 0, sum = 0;
    for (const float x : residual) {
      squares += x * x;
      sum += std::abs(x);
    }
    const float factor = sum > 0 ? std::min(squares / sum, kMaxScale) : 0.0F;
    const std::size_t lane = j % kernels::kBlock;
    char* block = bytes.data() + j / kernels::kBlock * block_bytes;
    std::memcpy(block + 4 * lane, &first[j], 4);
    std::memcpy(block + 4 * (kernels::kBlock + lane), &factor, 4);
    char* codes = block + 8 * kernels::kBlock + lane % 16;
    const int shift = lane < 16 ? 0 : 4;
    for (std::size_t i = 0; i < stride; i += 4) {
      unsigned signs = 0;
      for (std::size_t bit = 0; bit < 4; ++bit) signs |= (residual[i + bit] > 0 ? 1U : 0U) << bit;
      codes[i * 4] = static_cast<char>(static_cast<unsigned char>(codes[i * 4]) | signs << shift);
    }
  }
  return bytes;
}

base::Status write_lists(SectionWriter& out, std::span<const Row> rows, const Lists& lists,
                         const std::vector<std::uint32_t>& blocks, Workers& workers) {
  const std::size_t count = lists.centroids.size();
  GENKAI_RETURN_IF_ERROR(out.section(lists.centroids.scales));
  GENKAI_RETURN_IF_ERROR(out.section(lists.centroids.codes));
  GENKAI_RETURN_IF_ERROR(out.section(blocks));
  std::vector<std::uint32_t> sizes(count);
  for (std::size_t i = 0; i < count; ++i) sizes[i] = lists.begin[i + 1] - lists.begin[i];
  GENKAI_RETURN_IF_ERROR(out.section(sizes));
  constexpr std::size_t kListsAtOnce = 64;
  for (std::size_t i = 0; i < count; i += kListsAtOnce) {
    std::vector<std::string> encoded(std::min(kListsAtOnce, count - i));
    workers.each(encoded.size(), [&](std::size_t j) { encoded[j] = encode_list(rows, lists, i + j); });
    for (const auto& bytes : encoded) GENKAI_RETURN_IF_ERROR(out.append(bytes.data(), bytes.size()));
  }
  return out.pad();
}

}  // namespace

base::Status write_segment(std::span<const Row> rows, std::size_t dimension, const base::Path& path,
                           std::size_t threads, std::size_t flat_below) {
  const std::size_t stride = row_stride(dimension);
  SegmentHeader header{};
  std::memcpy(header.magic, kSegmentMagic, sizeof header.magic);
  header.version = kSegmentVersion;
  header.dimension = static_cast<std::uint32_t>(dimension);
  header.count = static_cast<std::uint32_t>(rows.size());
  if (!rows.empty()) {
    header.first_id = rows.front().id;
    header.last_id = rows.back().id;
  }

  Workers workers(threads);
  Lists lists;
  std::vector<std::uint32_t> list_blocks;
  if (!rows.empty() && rows.size() >= flat_below) {
    lists = make_lists(rows, stride, workers);
    header.lists = static_cast<std::uint32_t>(lists.centroids.size());
    for (std::size_t i = 0; i < header.lists; ++i) {
      list_blocks.push_back(header.blocks);
      header.blocks += static_cast<std::uint32_t>(
          (lists.begin[i + 1] - lists.begin[i] + kernels::kBlock - 1) / kernels::kBlock);
    }
  }
  header.file_bytes = SegmentLayout(header).end;

  GENKAI_ASSIGN_OR_RETURN(base::FileWriter file, base::FileWriter::create(path));
  SectionWriter out(file);
  GENKAI_RETURN_IF_ERROR(out.append(&header, sizeof header));
  std::vector<PassageId> ids;
  std::vector<float> scales;
  ids.reserve(rows.size());
  scales.reserve(rows.size());
  for (const Row& row : rows) {
    ids.push_back(row.id);
    scales.push_back(row.scale);
  }
  GENKAI_RETURN_IF_ERROR(out.section(ids));
  GENKAI_RETURN_IF_ERROR(out.section(scales));
  for (const Row& row : rows) GENKAI_RETURN_IF_ERROR(out.append(row.codes, stride));
  GENKAI_RETURN_IF_ERROR(out.pad());
  if (header.lists > 0) GENKAI_RETURN_IF_ERROR(write_lists(out, rows, lists, list_blocks, workers));
  GENKAI_RETURN_IF_ERROR(out.finish());
  return file.commit();
}

}  // namespace genkai::knowledge
