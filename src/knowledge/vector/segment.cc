#include "knowledge/vector/segment.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/hash.h"

namespace genkai::knowledge {
namespace {

static_assert(std::endian::native == std::endian::little, "segments are read in place as little-endian");

base::Status corrupt(const std::string& name, const char* what) {
  return base::fail(base::Code::corrupt, name + " is damaged: " + what,
                    "rebuild the knowledge base's vector index");
}

}  // namespace

SegmentLayout::SegmentLayout(const SegmentHeader& header) {
  const std::uint64_t count = header.count, lists = header.lists, stride = row_stride(header.dimension);
  std::uint64_t offset = sizeof(SegmentHeader);
  const auto section = [&offset](std::uint64_t size) {
    const std::uint64_t begin = offset;
    offset += (size + 63) / 64 * 64;
    return begin;
  };
  block_bytes = 8 * kernels::kBlock + stride * 4;
  ids = section(4 * count);
  scales = section(4 * count);
  codes = section(stride * count);
  centroid_scales = section(4 * lists);
  centroid_codes = section(stride * lists);
  list_blocks = section(4 * lists);
  list_sizes = section(4 * lists);
  blocks = section(block_bytes * header.blocks);
  checksum = offset;
  end = offset + 8;
}

void ChainedHash::add(std::string_view piece) {
  value_ = base::hash64(piece, value_);
}

Segment::Segment(std::string_view bytes, std::shared_ptr<const void> owner, const SegmentHeader& header)
    : bytes_(bytes), owner_(std::move(owner)), header_(header), layout_(header) {}

base::Result<std::shared_ptr<const Segment>> Segment::open(std::string_view bytes,
                                                           std::shared_ptr<const void> owner, bool verify,
                                                           const std::string& name) {
  const auto damaged = [&name](const char* what) { return base::fail(corrupt(name, what).error()); };
  SegmentHeader header;
  if (bytes.size() < sizeof header) return damaged("it is shorter than a header");
  std::memcpy(&header, bytes.data(), sizeof header);
  if (std::memcmp(header.magic, kSegmentMagic, sizeof header.magic) != 0)
    return damaged("it is no vector segment");
  if (header.version != kSegmentVersion)
    return base::fail(base::Code::unsupported,
                      name + " has vector segment version " + std::to_string(header.version) +
                          "; this program reads version " + std::to_string(kSegmentVersion),
                      "rebuild the knowledge base's vector index");
  if (header.dimension == 0 || header.dimension > kMaxDimension) return damaged("impossible dimension");
  if (header.file_bytes != bytes.size()) return damaged("its size is not what the header says");
  if (SegmentLayout(header).end != bytes.size()) return damaged("its sections do not fill it");
  if (reinterpret_cast<std::uintptr_t>(bytes.data()) % 64 != 0)
    return base::fail(base::Code::internal, name + " is not aligned in memory");
  std::shared_ptr<Segment> segment(new Segment(bytes, std::move(owner), header));
  if (verify) {
    ChainedHash hash;
    const std::string_view covered = bytes.substr(0, segment->layout_.checksum);
    for (std::size_t i = 0; i < covered.size(); i += ChainedHash::kPiece)
      hash.add(covered.substr(i, ChainedHash::kPiece));
    std::uint64_t stored = 0;
    std::memcpy(&stored, bytes.data() + covered.size(), sizeof stored);
    if (hash.value() != stored) return damaged("its checksum does not match");
  }
  GENKAI_RETURN_IF_ERROR(segment->check(name));
  segment->measure_centroids();
  return std::shared_ptr<const Segment>(std::move(segment));
}

void Segment::measure_centroids() {
  centroid_inverse_.assign(lists(), 0.0F);
  for (std::size_t c = 0; c < lists(); ++c) {
    std::int64_t squares = 0;
    for (std::size_t i = 0; i < stride(); ++i) {
      const std::int64_t code = centroid_codes()[c * stride() + i];
      squares += code * code;
    }
    const double length = centroid_scales()[c] * std::sqrt(static_cast<double>(squares));
    if (length > 1e-9) centroid_inverse_[c] = static_cast<float>(1 / length);
  }
}

base::Status Segment::check(const std::string& name) const {
  const std::size_t count = size();
  const PassageId* id = ids();
  for (std::size_t i = 1; i < count; ++i)
    if (id[i] <= id[i - 1]) return corrupt(name, "ids are not in order");
  if (count > 0 && (id[0] != first_id() || id[count - 1] != last_id()))
    return corrupt(name, "wrong id range");
  const auto usable = [](float x) { return x >= 0 && x <= kMaxScale; };
  if (!std::all_of(scales(), scales() + count, usable)) return corrupt(name, "impossible scale");
  if (lists() == 0) return header_.blocks == 0 ? base::Status{} : corrupt(name, "blocks without lists");

  if (lists() > count) return corrupt(name, "more lists than vectors");
  if (!std::all_of(centroid_scales(), centroid_scales() + lists(), usable))
    return corrupt(name, "impossible scale");
  const auto* begins = at<std::uint32_t>(layout_.list_blocks);
  const auto* sizes = at<std::uint32_t>(layout_.list_sizes);
  std::uint64_t blocks = 0, entries = 0;
  for (std::size_t i = 0; i < lists(); ++i) {
    if (begins[i] != blocks) return corrupt(name, "lists do not follow one another");
    blocks += (std::uint64_t{sizes[i]} + kernels::kBlock - 1) / kernels::kBlock;
    entries += sizes[i];
  }
  if (blocks != header_.blocks || entries != count)
    return corrupt(name, "lists do not hold every vector once");
  std::vector<bool> seen(count, false);
  for (std::size_t i = 0; i < lists(); ++i) {
    const List entry = list(i);
    for (std::size_t j = 0; j < entry.size; ++j) {
      const std::uint8_t* block = entry.blocks + j / kernels::kBlock * block_bytes();
      const std::uint32_t row = reinterpret_cast<const std::uint32_t*>(block)[j % kernels::kBlock];
      const float factor = reinterpret_cast<const float*>(block + 4 * kernels::kBlock)[j % kernels::kBlock];
      if (row >= count || seen[row]) return corrupt(name, "lists do not hold every vector once");
      if (!usable(factor)) return corrupt(name, "impossible factor");
      seen[row] = true;
    }
  }
  return {};
}

std::size_t Segment::lower_bound(PassageId id, std::size_t from) const {
  const PassageId* const all = ids();
  const std::size_t count = size();
  if (from >= count || all[from] >= id) return from;
  if (all[count - 1] < id) return count;
  // Interpolation while it helps (ids are dense with some holes), then bisection. Holds: all[low] < id <=
  // all[high].
  std::size_t low = from, high = count - 1;
  for (int step = 0; step < 4 && high - low > 16; ++step) {
    const double share = static_cast<double>(id - all[low]) / static_cast<double>(all[high] - all[low]);
    const auto guess = low + static_cast<std::size_t>(share * static_cast<double>(high - low));
    const std::size_t below = std::max(low, guess < 8 ? 0 : guess - 8), above = std::min(high, guess + 8);
    if (all[below] < id)
      low = below;
    else
      high = below;
    if (above > low && above < high) {
      if (all[above] < id)
        low = above;
      else
        high = above;
    }
  }
  return static_cast<std::size_t>(std::lower_bound(all + low + 1, all + high, id) - all);
}

base::Result<std::shared_ptr<const VectorSegment>> VectorSegment::open(const base::Path& path, bool verify) {
  GENKAI_ASSIGN_OR_RETURN(auto file, base::MappedFile::open(path));
  const std::string_view bytes = file->bytes();
  GENKAI_ASSIGN_OR_RETURN(auto segment, Segment::open(bytes, std::move(file), verify, path.string()));
  return std::shared_ptr<const VectorSegment>(std::move(segment));
}

}  // namespace genkai::knowledge
