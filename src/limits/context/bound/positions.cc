#include "limits/context/bound/positions.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>

namespace genkai::limits::context::bound {
namespace {

using base::Code;

constexpr std::size_t kMostBytes = 256;
constexpr std::uint64_t kMostLength = 1ULL << 40, kMostCount = 1ULL << 53;

bool parse(std::string_view text, std::uint64_t most, std::uint64_t& value) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return !text.empty() && error == std::errc() && end == text.data() + text.size() && value <= most;
}

// What is trained on: documents as they are, cut, or joined.
Lengths sequences_of(const Lengths& documents, const Windows& windows) {
  if (windows.window == 0) return documents;
  Lengths out;
  std::uint64_t total = 0;
  for (const auto& [length, count] : documents) {
    total += length * count;
    if (windows.packed) continue;
    if (length / windows.window > 0) out[windows.window] += length / windows.window * count;
    if (length % windows.window > 0) out[length % windows.window] += count;
  }
  if (windows.packed && total >= windows.window) out[windows.window] = total / windows.window;
  return out;
}

}  // namespace

base::Result<Lengths> read_lengths(std::istream& in) {
  constexpr const char* kHint = "write a length a line, or a length and how many have it with a TAB between";
  Lengths out;
  std::string buffer(kMostBytes, '\0');
  std::size_t number = 0;
  const auto wrong = [&] {
    return base::fail(Code::invalid_argument, "line " + std::to_string(number) + " is no length", kHint);
  };
  while (in.getline(buffer.data(), static_cast<std::streamsize>(buffer.size()))) {
    ++number;
    const auto read = static_cast<std::size_t>(in.gcount());
    std::string_view line(buffer.data(), in.eof() ? read : read - 1);
    if (number == 1 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    const std::size_t tab = line.find('\t');
    std::uint64_t length = 0, count = 1;
    if (!parse(line.substr(0, tab), kMostLength, length)) return wrong();
    if (tab != line.npos && !parse(line.substr(tab + 1), kMostCount, count)) return wrong();
    if (count > 0) out[length] = std::min(kMostCount, out[length] + count);
  }
  if (in.bad()) return base::fail(Code::unavailable, "reading failed");
  if (!in.eof()) {  // a line longer than the buffer
    ++number;
    return wrong();
  }
  if (out.empty()) return base::fail(Code::invalid_argument, "it holds no length", kHint);
  return out;
}

Practice::Practice(const Lengths& sequences) {
  double count = 0, sum = 0, pairs = 0;
  for (auto one = sequences.rbegin(); one != sequences.rend(); ++one) {
    const auto length = static_cast<double>(one->first), n = static_cast<double>(one->second);
    if (length <= 0 || n <= 0) continue;
    count += n, sum += n * length, pairs += n * length * (length + 1) / 2;
    lengths_.push_back(one->first), counts_.push_back(count), sums_.push_back(sum), pairs_.push_back(pairs);
  }
  for (auto* values : {&counts_, &sums_, &pairs_}) std::reverse(values->begin(), values->end());
  std::reverse(lengths_.begin(), lengths_.end());
  sequences_ = static_cast<std::uint64_t>(count);
  tokens_ = sum;
}

double Practice::at(std::uint64_t distance) const {
  const auto longer = std::upper_bound(lengths_.begin(), lengths_.end(), distance);
  if (longer == lengths_.end()) return 0;
  const auto i = static_cast<std::size_t>(longer - lengths_.begin());
  return sums_[i] - static_cast<double>(distance) * counts_[i];
}

std::uint64_t Practice::within(double share) const {
  std::uint64_t above = 0, below = longest();  // f(longest) = 0
  while (below - above > 1) {
    const std::uint64_t middle = above + (below - above) / 2;
    (relative(middle) < share ? below : above) = middle;
  }
  return below;
}

double Practice::beyond(std::uint64_t distance) const {
  const auto longer = std::upper_bound(lengths_.begin(), lengths_.end(), distance);
  if (longer == lengths_.end()) return 0;
  const auto i = static_cast<std::size_t>(longer - lengths_.begin());
  // sum over i >= d of (n - i) = (n - d)(n - d + 1) / 2
  const auto d = static_cast<double>(distance);
  const double pairs = pairs_[i] - d * sums_[i] + counts_[i] * d * (d - 1) / 2;
  return std::clamp(pairs / pairs_.front(), 0.0, 1.0);
}

base::Result<Practice> position_frequency(const Lengths& documents, const Windows& windows) {
  if (windows.packed && windows.window == 0)
    return base::fail(Code::invalid_argument, "documents are packed into windows of a length",
                      "give the trained length");
  const Lengths sequences = sequences_of(documents, windows);
  if (std::none_of(sequences.begin(), sequences.end(),
                   [](const auto& one) { return one.first > 0 && one.second > 0; }))
    return base::fail(Code::invalid_argument, windows.packed ? "all documents together do not fill one window"
                                                             : "no document has a token");
  Practice out(sequences);
  out.grounds.assumptions = {
      {"Attention is causal and sees the whole sequence: no window, no sinks, no skipped pairs.",
       "注意は因果的で、系列全体を見ます(窓やシンク、間引きはありません)。"},
      {"How well a distance is learnt rises with how often it is seen. That is an observation, not a "
       "theorem: "
       "the numbers are exact counts of pairs, and no accuracy.",
       "学習で多く現れる距離ほどよく身につくとみなします。これは観察であって定理ではなく、数値は組の正確な個"
       "数で、"
       "正答率ではありません。"}};
  if (windows.packed)
    out.grounds.assumptions.push_back(
        {"Attention crosses the borders of packed documents. With a mask at the borders the documents' own "
         "lengths count: leave packing out.",
         "詰め込んだ文書の境界を越えて注意が働きます。境界で遮る場合は文書自身の長さで数えてください。"});
  if (windows.window > 0 && !windows.packed)
    out.grounds.assumptions.push_back({"What is longer than the window is cut into pieces, none is dropped.",
                                       "窓より長い文書は切り分け、捨てません。"});
  out.grounds.source =
      "f(i) = sum_s max(len_s - i, 0): An et al. 2024, Why does the effective context length of LLMs fall "
      "short?";
  return out;
}

}  // namespace genkai::limits::context::bound
