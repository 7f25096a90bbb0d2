#include "limits/reasoning/steps/order_text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace genkai::limits::reasoning::steps {
namespace {

constexpr std::size_t kMostThings = 7;
constexpr std::array<std::string_view, 10> kOrdinals{"first", "second",  "third",  "fourth", "fifth",
                                                     "sixth", "seventh", "eighth", "ninth",  "tenth"};
// Ends of the order; the first kind counts from place 0.
constexpr std::array<std::string_view, 5> kNear{"left", "newest", "most expensive", "most-expensive", "top"};
constexpr std::array<std::string_view, 7> kFar{"right",   "oldest", "cheapest", "least expensive",
                                               "to-last", "last",   "bottom"};
using Relation = std::pair<std::string_view, bool>;  // words, and whether the first thing comes first
constexpr std::array<Relation, 14> kRelations{{{"to the left of", true},
                                               {"to the right of", false},
                                               {"more expensive than", true},
                                               {"less expensive than", false},
                                               {"cheaper than", false},
                                               {"newer than", true},
                                               {"older than", false},
                                               {"finished above", true},
                                               {"finished below", false},
                                               {"finished before", true},
                                               {"finished after", false},
                                               {"ahead of", true},
                                               {"is above", true},
                                               {"is below", false}}};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool whole(std::string_view text, std::size_t at, std::size_t size) {
  return (at == 0 || !is_letter(text[at - 1])) && (at + size >= text.size() || !is_letter(text[at + size]));
}

struct Mention {
  std::size_t thing = 0, begin = 0, end = 0;
};
// Things that stand in lower-case text, in order; of overlapping names the longest.
std::vector<Mention> mentions(std::string_view text, const std::vector<std::string>& things) {
  std::vector<Mention> found;
  for (std::size_t i = 0; i < things.size(); ++i)
    for (std::size_t at = text.find(things[i]); at != text.npos; at = text.find(things[i], at + 1))
      if (whole(text, at, things[i].size())) found.push_back({i, at, at + things[i].size()});
  std::sort(found.begin(), found.end(), [](const Mention& a, const Mention& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  std::vector<Mention> kept;
  for (const Mention& one : found)
    if (kept.empty() || one.begin >= kept.back().end) kept.push_back(one);
  return kept;
}

// The place that text names: "the second from the right", "third-cheapest", "last".
std::optional<std::size_t> place_of(std::string_view text, std::size_t n) {
  std::size_t ordinal = 0;
  for (std::size_t i = 0; i < kOrdinals.size(); ++i)
    if (const std::size_t at = text.find(kOrdinals[i]);
        at != text.npos && whole(text, at, kOrdinals[i].size()))
      ordinal = i + 1;
  const auto names = [&](const auto& ends) {
    return std::any_of(ends.begin(), ends.end(),
                       [&](std::string_view end) { return text.find(end) != text.npos; });
  };
  const bool near = names(kNear), far = names(kFar);
  if (near == far && (near || ordinal == 0)) return std::nullopt;
  if (ordinal == 0) ordinal = 1;
  if (ordinal > n) return std::nullopt;
  return far ? n - ordinal : ordinal - 1;
}

std::vector<std::string_view> sentences(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && text[end] != '\n' &&
           !(text[end] == '.' && (end + 1 == text.size() || text[end + 1] == ' ' || text[end + 1] == '\n')))
      ++end;
    if (end > at) out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

std::vector<std::string> list_of_things(std::string_view list) {
  std::vector<std::string> things;
  std::string text = lower(list);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    std::string_view part = std::string_view(text).substr(at, end - at);
    at = end + 1;
    for (const std::string_view lead : {" ", "and ", "a ", "an ", "the "})
      if (part.starts_with(lead)) part.remove_prefix(lead.size());
    if (const std::size_t both = part.find(" and "); both != part.npos && things.empty()) {
      auto first = list_of_things(part.substr(0, both)), second = list_of_things(part.substr(both + 5));
      first.insert(first.end(), second.begin(), second.end());
      return first;
    }
    if (!part.empty()) things.emplace_back(part);
  }
  return things;
}

}  // namespace

std::vector<OrderFact> facts_in(std::string_view sentence, const std::vector<std::string>& things) {
  const std::string text = lower(sentence);
  const auto found = mentions(text, things);
  std::vector<OrderFact> facts;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::size_t end = i + 1 < found.size() ? found[i + 1].begin : text.size();
    std::string_view between = std::string_view(text).substr(found[i].end, end - found[i].end);
    if (i + 1 < found.size()) {
      const auto relation = std::find_if(kRelations.begin(), kRelations.end(), [&](const Relation& one) {
        return between.find(one.first) != between.npos;
      });
      if (relation != kRelations.end()) {
        const std::size_t a = found[i].thing, b = found[i + 1].thing;
        const bool negated = between.find("not ") != between.npos;
        if (a != b && !negated)
          facts.push_back({OrderFact::Kind::before, relation->second ? a : b, relation->second ? b : a});
        continue;
      }
    } else if (const std::size_t it = between.find("so it "); i > 0 && it != between.npos) {
      // "The truck is older than the limousine, so it cannot be the oldest."
      if (const auto place = place_of(between.substr(it), things.size()))
        facts.push_back(
            {between.find("cannot", it) != between.npos ? OrderFact::Kind::not_at : OrderFact::Kind::at,
             found[i - 1].thing, *place});
      continue;
    }
    between = between.substr(0, between.find(','));
    const bool never = between.find("cannot be") != between.npos ||
                       between.find("can't be") != between.npos || between.find("is not") != between.npos ||
                       between.find("are not") != between.npos;
    const bool states = between.starts_with(" is ") || between.starts_with(" are ") ||
                        between.starts_with(" finished ") || between.starts_with(" must ");
    if (!never && !states) continue;
    if (between.find(" can ") != between.npos || between.find(" or ") != between.npos ||
        between.find("either") != between.npos)
      continue;
    if (const auto place = place_of(between, things.size()))
      facts.push_back({never ? OrderFact::Kind::not_at : OrderFact::Kind::at, found[i].thing, *place});
  }
  return facts;
}

std::optional<OrderQuestion> read_order(std::string_view question) {
  if (question.find("fixed order") == question.npos) return std::nullopt;
  OrderQuestion order;
  const std::size_t end = std::min(question.find("\nQ:"), question.find("\nOptions"));
  for (const std::string_view sentence : sentences(question.substr(0, end))) {
    if (order.things.empty()) {
      const std::size_t colon = sentence.find(": ");
      if (colon == sentence.npos) continue;
      order.things = list_of_things(sentence.substr(colon + 2));
      if (order.things.size() < 2 || order.things.size() > kMostThings) return std::nullopt;
      continue;
    }
    const auto facts = facts_in(sentence, order.things);
    if (facts.size() != 1) return std::nullopt;
    order.facts.push_back(facts.front());
  }
  if (order.facts.empty()) return std::nullopt;
  for (std::size_t at = question.find("\n("); at != question.npos; at = question.find("\n(", at + 1)) {
    const std::string_view line = question.substr(at + 1, question.find('\n', at + 1) - at - 1);
    const auto facts = facts_in(line, order.things);
    order.options.push_back(facts.size() == 1 ? std::optional(facts.front()) : std::nullopt);
  }
  return order;
}

std::vector<Placement> placements_in(std::string_view step, const OrderQuestion& order) {
  std::vector<Placement> out;
  const std::string text = lower(step);
  const std::size_t colon = text.find(": ");
  const std::size_t from = colon == text.npos ? colon : text.rfind("from ", colon);
  if (from == text.npos) return out;
  const std::size_t to = text.find(" to ", from);
  if (to == text.npos || to > colon) return out;
  const std::string_view start = std::string_view(text).substr(from, to - from);
  const auto has = [&](std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(), [&](auto word) { return start.find(word) != start.npos; });
  };
  const bool near = has({"left", "newest", "most", "first", "top"}),
             far = has({"right", "oldest", "cheapest", "least", "last"});
  if (near == far) return out;
  const std::size_t n = order.things.size();
  for (std::size_t at = colon + 2; at < text.size();) {
    std::size_t end = text.find("then ", at);
    const std::size_t stop = text.find(". ", at);
    if (end == text.npos) end = text.size();
    end = std::min(end, stop);
    if (end == text.npos) end = text.size();
    const std::string_view part = std::string_view(text).substr(at, end - at);
    for (std::size_t i = 0; i < kOrdinals.size(); ++i) {
      const std::string lead = std::string(kOrdinals[i]) + " is ";
      if (!part.starts_with(lead)) continue;
      const auto found = mentions(part, order.things);
      if (found.size() == 1 && part.find(" or ") == part.npos)
        out.push_back({found.front().thing, i >= n ? n : near ? i : n - 1 - i});
    }
    if (end == stop) break;
    at = end + 5;
  }
  return out;
}

}  // namespace genkai::limits::reasoning::steps
