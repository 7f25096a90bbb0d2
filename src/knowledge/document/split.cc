// Blocks to sections and passages. A block becomes units (sentences, or a whole row, item or piece of code);
// units of one section are grouped into passages of nearly equal size, so that no short rest is left at the
// end.
#include <algorithm>

#include "knowledge/document/blocks.h"
#include "knowledge/document/document.h"
#include "text/text.h"
#include "text/utf8.h"

namespace genkai::knowledge {
namespace {

constexpr std::size_t kLeastTokens = 64;
constexpr std::size_t kMostTokens = 128;
constexpr std::size_t kWantedTokens = 112;  // leaves room to end at a sentence
constexpr std::size_t kSectionTokens = 1024;
constexpr std::size_t kBytesPerToken = 16;  // no real token is longer; bounds runs of spaces or symbols
constexpr std::size_t kMostBytes = kMostTokens * kBytesPerToken;
constexpr std::string_view kBlockSeparator = "\n\n";

std::size_t tokens_of(std::string_view text) {
  return std::max(text::estimate_tokens(text), (text.size() + kBytesPerToken - 1) / kBytesPerToken);
}

struct Unit {
  const Block* block = nullptr;
  std::size_t begin = 0, end = 0;  // bytes of the block's text
  std::size_t tokens = 0;
};

// Where to end a piece of at most `most` bytes of a long text: after a clause, else after a word, else
// anywhere.
std::size_t cut_point(std::string_view text, std::size_t most) {
  static constexpr std::string_view kWide[] = {"、", "，", "；", "：", "。", "」", "）"};
  std::size_t word = 0;
  const std::size_t least = most / 2;
  for (std::size_t at = most; at > least; --at) {
    const char before = text[at - 1];
    if (at < text.size() && text[at] == ' ') {
      if (before == ',' || before == ';' || before == ':' || before == ')') return at;
      if (word == 0) word = at;
    }
    const std::string_view head = text.substr(0, at);
    if (before < 0 &&
        std::any_of(std::begin(kWide), std::end(kWide), [&](auto mark) { return head.ends_with(mark); }))
      return at;
  }
  return word > 0 ? word : most;
}

// The longest prefix, ending between characters, of at most `tokens` tokens; at least one character.
std::size_t longest_prefix(std::string_view text, std::size_t tokens) {
  const auto between = [&](std::size_t at) {
    while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
    return at;
  };
  std::size_t fits = 0, too_long = std::min(text.size(), kMostBytes) + 1;
  while (fits + 1 < too_long) {
    const std::size_t middle = fits + (too_long - fits) / 2;
    if (tokens_of(text.substr(0, between(middle))) <= tokens)
      fits = middle;
    else
      too_long = middle;
  }
  const std::size_t end = between(fits);
  return end > 0 ? end : text::code_point_at(text, 0).length;
}

class UnitWriter {
 public:
  explicit UnitWriter(std::vector<Unit>& units) : units_(&units) {}

  void add(const Block& block) {
    const std::string_view text = block.text;
    if (block.kind != Block::Kind::paragraph && text.size() <= kMostBytes) {
      const std::size_t tokens = tokens_of(text);
      if (tokens <= kMostTokens) {
        units_->push_back({&block, 0, text.size(), tokens});
        return;
      }
    }
    if (block.kind == Block::Kind::code) return add_lines(block);
    for (const text::Span& sentence : text::split_sentences(text))
      add_piece(block, sentence.begin, sentence.end);
  }

 private:
  void add_lines(const Block& block) {
    for (std::size_t at = 0; at < block.text.size();) {
      const std::size_t end = std::min(block.text.find('\n', at), block.text.size());
      if (block.text.find_first_not_of(" \t", at) < end) add_piece(block, at, end);
      at = end + 1;
    }
  }

  void add_piece(const Block& block, std::size_t begin, std::size_t end) {
    const std::string_view text = block.text;
    while (begin < end) {
      std::string_view rest = text.substr(begin, end - begin);
      std::size_t wanted = kMostTokens;
      if (rest.size() <= 2 * kMostBytes) {
        const std::size_t tokens = tokens_of(rest);
        if (tokens <= kMostTokens) {
          units_->push_back({&block, begin, end, tokens});
          return;
        }
        if (tokens <= 2 * kMostTokens - 32)
          wanted = tokens / 2 + 16;  // halves rather than a long and a short piece
      }
      const std::size_t most = longest_prefix(rest, wanted);
      const std::size_t length = cut_point(rest, most);
      units_->push_back({&block, begin, begin + length, tokens_of(rest.substr(0, length))});
      begin += length;
      while (begin < end && text[begin] == ' ') ++begin;
    }
  }

  std::vector<Unit>* units_;
};

// The text of units [first, last): within a block as it stands, blocks apart.
std::string text_of(const std::vector<Unit>& units, std::size_t first, std::size_t last) {
  std::string text;
  for (std::size_t i = first; i < last;) {
    std::size_t next = i + 1;
    while (next < last && units[next].block == units[i].block) ++next;
    if (!text.empty()) text += kBlockSeparator;
    text.append(units[i].block->text, units[i].begin, units[next - 1].end - units[i].begin);
    i = next;
  }
  return text;
}

struct SizedPassage {
  PassageText passage;
  std::size_t tokens = 0;
};

std::vector<SizedPassage> passages_of(const std::vector<Unit>& units) {
  std::vector<SizedPassage> passages;
  std::size_t left = 0;
  for (const Unit& unit : units) left += unit.tokens;
  for (std::size_t first = 0; first < units.size();) {
    const std::size_t parts = (left + kWantedTokens - 1) / kWantedTokens;
    const std::size_t wanted =
        left <= kMostTokens ? kMostTokens : std::max(left / std::max<std::size_t>(parts, 1), kLeastTokens);
    std::size_t last = first + 1, sum = units[first].tokens;
    while (last < units.size()) {
      const Unit& next = units[last];
      if (sum + next.tokens > kMostTokens && tokens_of(text_of(units, first, last + 1)) > kMostTokens) break;
      // Stop at the nearer side of the wanted size, and where a paragraph ends.
      if (sum >= kLeastTokens && sum + next.tokens / 2 > wanted) break;
      if (sum >= kLeastTokens && left - sum >= kLeastTokens && next.begin == 0 &&
          next.block->kind == Block::Kind::paragraph)
        break;
      sum += next.tokens;
      ++last;
    }
    std::string text = text_of(units, first, last);
    const std::size_t tokens = tokens_of(text);
    // A short rest joins the passage before it.
    if (tokens < kLeastTokens && last == units.size() && !passages.empty() &&
        passages.back().tokens + tokens + 1 <= kMostTokens) {
      SizedPassage& before = passages.back();
      const bool same_block = first > 0 && units[first - 1].block == units[first].block;
      if (same_block) {
        const std::size_t gap = units[first - 1].end;
        before.passage.text.append(units[first].block->text, gap, units[first].begin - gap);
      } else {
        before.passage.text += kBlockSeparator;
      }
      before.passage.text += text;
      before.tokens = tokens_of(before.passage.text);
    } else {
      passages.push_back({{std::move(text), units[first].block->page, units[first].block->line}, tokens});
    }
    left -= std::min(left, sum);
    first = last;
  }
  return passages;
}

// Sections of nearly equal size and at most kSectionTokens each.
void append_sections(std::vector<Section>& sections, const std::string& heading,
                     std::vector<SizedPassage> passages) {
  std::size_t left = 0;
  for (const SizedPassage& sized : passages) left += sized.tokens;
  std::size_t in_section = 0, wanted = 0;
  for (SizedPassage& sized : passages) {
    if (in_section == 0 || in_section + sized.tokens > kSectionTokens || in_section >= wanted) {
      const std::size_t parts = (left + kSectionTokens - kMostTokens - 1) / (kSectionTokens - kMostTokens);
      wanted = left <= kSectionTokens ? kSectionTokens : left / std::max<std::size_t>(parts, 1);
      sections.push_back({heading, {}});
      in_section = 0;
    }
    in_section += sized.tokens;
    left -= sized.tokens;
    sections.back().passages.push_back(std::move(sized.passage));
  }
}

// The headings above the current place.
class HeadingPath {
 public:
  explicit HeadingPath(std::string_view title) : title_(title) {}

  void enter(const Block& heading) {
    while (!path_.empty() && path_.back()->level >= heading.level) path_.pop_back();
    path_.push_back(&heading);
  }
  std::string text() const {
    std::string out;
    for (const Block* heading : path_) {
      if (heading->text == title_) continue;
      if (!out.empty()) out += " > ";
      out += text::prefix(heading->text, 120);
    }
    return out;
  }

 private:
  std::string_view title_;
  std::vector<const Block*> path_;
};

}  // namespace

std::vector<Section> split(const ParsedDocument& document) {
  std::vector<Section> sections;
  std::vector<Unit> units;
  HeadingPath path(document.info.title);
  const auto flush = [&] {
    if (units.empty()) return;
    append_sections(sections, path.text(), passages_of(units));
    units.clear();
  };
  const auto& blocks = document.blocks;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const Block& block = blocks[i];
    if (block.kind != Block::Kind::heading) {
      UnitWriter(units).add(block);
      continue;
    }
    flush();
    path.enter(block);
    // A heading with nothing under it is text by itself.
    const bool nothing_below = i + 1 == blocks.size() || (blocks[i + 1].kind == Block::Kind::heading &&
                                                          blocks[i + 1].level <= block.level);
    if (nothing_below && block.text != document.info.title) UnitWriter(units).add(block);
  }
  flush();
  return sections;
}

}  // namespace genkai::knowledge
