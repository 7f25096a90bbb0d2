#include "limits/retrieval/injection.h"

#include <algorithm>
#include <array>

namespace genkai::limits::retrieval {
namespace {

using orders::Hit;

constexpr std::size_t kFamilies = static_cast<std::size_t>(OrderFamily::kCount);
constexpr std::size_t kLongestQuote = 600;  // bytes
// What is left of a pattern's weight ...
constexpr double kQuotedInReport = 0.2;  // in quotes, in a text about attacks or about models
constexpr double kReported = 0.5;        // in such a text without quotes
constexpr double kQuoted = 0.7;          // in quotes elsewhere

// Words of texts about attacks or about the making of prompts.
constexpr std::array<std::string_view, 30> kReporting{"prompt injection",
                                                      "prompt-injection",
                                                      "injection attack",
                                                      "attacker",
                                                      "attack",
                                                      "malicious",
                                                      "jailbreak",
                                                      "adversar",
                                                      "vulnerab",
                                                      "phishing",
                                                      "red team",
                                                      "chatml",
                                                      "chat template",
                                                      "prompt template",
                                                      "prompt format",
                                                      "special token",
                                                      "system prompt",
                                                      "documentation",
                                                      "scam",
                                                      "プロンプトインジェクション",
                                                      "攻撃",
                                                      "悪意",
                                                      "脆弱性",
                                                      "詐欺",
                                                      "フィッシング",
                                                      "システムプロンプト",
                                                      "テンプレート",
                                                      "注入",
                                                      "特殊トークン",
                                                      "脱獄"};

// Half-open ranges between quotation marks or backticks.
std::vector<text::Span> quotes_in(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kMarks{
      {{"\"", "\""}, {"“", "”"}, {"‘", "’"}, {"「", "」"}, {"『", "』"}, {"`", "`"}}};
  std::vector<text::Span> found;
  for (const auto& [open, close] : kMarks) {
    for (std::size_t at = text.find(open); at != std::string_view::npos;) {
      const std::size_t inside = at + open.size(), end = text.find(close, inside);
      if (end == std::string_view::npos) break;
      if (end - inside <= kLongestQuote) {
        found.push_back({inside, end});
        at = text.find(open, end + close.size());
      } else {
        at = text.find(open, inside);
      }
    }
  }
  return found;
}

void discount(std::string_view text, std::vector<Hit>& hits) {
  if (hits.empty()) return;
  const auto quotes = quotes_in(text);
  const auto quoted = [&](const text::Span& span) {
    return std::any_of(quotes.begin(), quotes.end(), [&](const text::Span& quote) {
      return span.begin >= quote.begin && span.end <= quote.end;
    });
  };
  // Words of a report count where the orders are not.
  const bool report = std::any_of(kReporting.begin(), kReporting.end(), [&](std::string_view word) {
    for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
      const text::Span span{at, at + word.size()};
      if (!quoted(span) && std::none_of(hits.begin(), hits.end(), [&](const Hit& hit) {
            return span.begin < hit.span.end && hit.span.begin < span.end;
          }))
        return true;
    }
    return false;
  });
  for (Hit& hit : hits)
    hit.weight *= quoted(hit.span) ? (report ? kQuotedInReport : kQuoted) : (report ? kReported : 1);
}

std::vector<Hit> hits_in(std::string_view folded) {
  std::vector<Hit> hits;
  orders::find_english(folded, hits);
  orders::find_japanese(folded, hits);
  orders::find_markup(folded, hits);
  discount(folded, hits);
  return hits;
}

double sum_of_families(const std::vector<Hit>& hits, std::array<const Hit*, kFamilies>& heaviest) {
  heaviest = {};
  for (const Hit& hit : hits) {
    const Hit*& best = heaviest[static_cast<std::size_t>(hit.family)];
    if (!best || hit.weight > best->weight) best = &hit;
  }
  double sum = 0;
  for (const Hit* hit : heaviest) sum += hit ? hit->weight : 0;
  return sum;
}

}  // namespace

Orders find_orders(const VetText& text) {
  Orders found;
  std::array<const Hit*, kFamilies> heaviest{};
  const std::vector<Hit> hits = hits_in(text.folded);
  found.score = sum_of_families(hits, heaviest);
  for (const Hit* hit : heaviest)
    if (hit)
      found.signals.push_back(
          {hit->family, hit->weight, hit->why, excerpt(text.folded, hit->span.begin, hit->span.end)});
  constexpr double kHalfAnOrder = 0.5;
  const double plain = found.score;
  for (const orders::Decoded& decoded : orders::decode_disguised(text)) {
    const std::vector<Hit> inner = hits_in(decoded.text);
    if (sum_of_families(inner, heaviest) < plain + kHalfAnOrder) continue;  // nothing that was not readable
    found.signals.push_back(
        {OrderFamily::disguise, kOrderThreshold, decoded.by, excerpt(decoded.text, 0, decoded.text.size())});
    found.score += kOrderThreshold;
    break;
  }
  // Letters that were disguised and an order, even half of one, do not come together by chance.
  if ((!text.mixed.empty() || text.hidden.total() > 0) && found.score >= kHalfAnOrder &&
      found.score < kOrderThreshold) {
    found.signals.push_back({OrderFamily::disguise, 0.5, "hides letters of an order", ""});
    found.score += 0.5;
  }
  return found;
}

}  // namespace genkai::limits::retrieval
