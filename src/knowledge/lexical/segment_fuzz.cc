// Opens arbitrary bytes as a segment, as they are and with their checksums made right, and uses what opens:
// search, frequencies, merge. No bytes may crash it.

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "knowledge/lexical/segment_reader.h"

namespace {

using namespace genkai;
using namespace genkai::knowledge;
using namespace genkai::knowledge::lexical;

const base::Path& scratch() {
  static const base::Path path =
      std::filesystem::temp_directory_path() / ("segment_fuzz." + std::to_string(::getpid()));
  return path;
}

/// Makes header, padding, section sizes (as far as they can be) and checksums right.
void reseal(std::string& bytes) {
  if (bytes.size() < kHeader.size() + sizeof(Footer)) bytes.resize(kHeader.size() + sizeof(Footer));
  const std::size_t end = (bytes.size() - sizeof(Footer)) / 16 * 16;
  auto footer = load_at<Footer>(bytes.data() + bytes.size() - sizeof(Footer));
  bytes.resize(end + sizeof(Footer));
  bytes.replace(0, kHeader.size(), kHeader);
  std::size_t at = kHeader.size();
  for (std::size_t i = 0; i < kSections; ++i) {
    const std::size_t left = end - at;
    footer.sizes[i] = i + 1 == kSections ? left : std::min<std::uint64_t>(footer.sizes[i] / 16 * 16, left);
    footer.checksums[i] = section_hash(std::string_view(bytes).substr(at, footer.sizes[i]));
    at += footer.sizes[i];
  }
  footer.span = static_cast<std::uint32_t>(std::min<std::uint64_t>(footer.span, footer.sizes[kLengths] / 2));
  footer.terms = std::min(footer.terms, footer.sizes[kIndex]);
  footer.passages = std::min<std::uint64_t>(footer.passages, footer.span);
  footer.tokens = std::min(footer.tokens, footer.passages * kMaxFrequency);
  footer.checksum = footer_hash(kHeader, footer);
  std::memcpy(bytes.data() + end, &footer, sizeof footer);
}

void use(std::string bytes) {
  auto owner = std::make_shared<std::string>(std::move(bytes));
  const auto opened = SegmentReader::parse(*owner, owner, "fuzz", true);
  if (!opened) return;
  std::vector<QueryTerm> query;
  std::vector<std::string> names;
  SegmentReader::Terms terms(**opened);
  while (terms.next() && names.size() < 64) {
    names.push_back(terms.term());
    query.push_back({terms.term(), 1.0F});
  }
  names.insert(names.end(), {"a", "w1", ""});
  query.push_back({"w1", 2.0F});
  const LexicalIndex index({*opened}, nullptr);
  for (const std::size_t k : {1, 10, 1000}) {
    index.search(query, k, {});
    index.search_exhaustive(query, k, [](PassageId id) { return id % 2 == 0; });
  }
  for (const QueryTerm& term : query) index.search(std::span(&term, 1), 3, {});
  std::vector<PassageId> ids;
  for (PassageId i = 0; i < 300; i += 7) ids.push_back((*opened)->first_id() + i);
  std::sort(ids.begin(), ids.end());
  index.frequencies(names, ids);
  const std::vector<std::shared_ptr<const LexicalSegment>> segments{*opened};
  if (merge_segments(
          segments, [](PassageId id) { return id % 5 == 0; }, scratch()) &&
      !LexicalSegment::open(scratch()))
    std::abort();
  std::error_code ignored;
  std::filesystem::remove(scratch(), ignored);
}

}  // namespace

// A valid segment as a start, so that mutations reach deep.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t limit);
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t limit,
                                               unsigned seed) {
  if (size < kHeader.size() + sizeof(Footer) || seed % 64 == 0) {
    SegmentBuilder builder;
    for (PassageId id = 0; id < 100 + seed % 200; ++id) {
      std::vector<std::string> terms{"a"};
      for (unsigned i = 0; i < 4; ++i)
        terms.push_back("w" + std::to_string((id * (i + 1) + seed) % (i * 9 + 3)));
      builder.add(id, terms);
    }
    if (!builder.write(scratch())) std::abort();
    const std::string bytes = base::read_file(scratch()).value();
    size = std::min(bytes.size(), limit);
    std::copy_n(bytes.data(), size, data);
  }
  return LLVMFuzzerMutate(data, size, limit);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  use(bytes);
  reseal(bytes);
  use(std::move(bytes));
  return 0;
}
