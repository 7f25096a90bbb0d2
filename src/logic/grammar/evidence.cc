#include "logic/grammar/evidence.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/json.h"
#include "text/question.h"
#include "text/text.h"
#include "text/utf8.h"

namespace genkai::logic::grammar {
namespace {

using base::Code;
using E = Expression;

constexpr std::uint32_t kNone = 0xFFFFFFFFU;

// A text as a sequence of units: what a quote may begin with, and what it goes on with (then with the white
// space before it).
struct Unit {
  std::string first, next;
};

std::vector<Unit> units_of(std::string_view passage, QuoteUnit unit, PatternText text) {
  std::vector<Unit> units;
  const auto written = [&](std::string_view part) {
    return text == PatternText::json ? json_escaped(part) : std::string(part);
  };
  if (unit == QuoteUnit::characters) {
    for (std::size_t at = 0; at < passage.size();) {
      const std::size_t length = text::code_point_at(passage, at).length;
      const std::string own = written(passage.substr(at, length));
      units.push_back({own, own});
      at += length;
    }
    return units;
  }
  std::size_t end = 0;
  for (const text::Span& sentence : text::split_sentences(passage)) {
    const std::string own = written(sentence.of(passage));
    units.push_back({own, written(passage.substr(end, sentence.begin - end)) + own});
    end = sentence.end;
  }
  return units;
}

// Over units, which are numbered by what they are; several texts one after the other.
class SuffixAutomaton {
 public:
  struct Node {
    std::map<std::uint32_t, std::uint32_t> next{};
    std::uint32_t link = kNone, length = 0;
  };
  SuffixAutomaton() : nodes_(1) {}
  const std::vector<Node>& nodes() const { return nodes_; }
  void begin_text() { last_ = 0; }

  void add(std::uint32_t unit) {
    if (const auto known = nodes_[last_].next.find(unit); known != nodes_[last_].next.end()) {
      // An earlier text went the same way.
      last_ = nodes_[known->second].length == nodes_[last_].length + 1 ? known->second : split(last_, unit);
      return;
    }
    const std::uint32_t current = make({{}, 0, nodes_[last_].length + 1});
    std::uint32_t at = last_;
    for (; at != kNone && !nodes_[at].next.contains(unit); at = nodes_[at].link)
      nodes_[at].next[unit] = current;
    if (at != kNone) {
      const std::uint32_t target = nodes_[at].next[unit];
      nodes_[current].link = nodes_[target].length == nodes_[at].length + 1 ? target : split(at, unit);
    }
    last_ = current;
  }

 private:
  std::uint32_t make(Node node) {
    nodes_.push_back(std::move(node));
    return static_cast<std::uint32_t>(nodes_.size() - 1);
  }
  // A copy of the node behind `from` for the shorter texts that lead there.
  std::uint32_t split(std::uint32_t from, std::uint32_t unit) {
    const std::uint32_t target = nodes_[from].next[unit];
    Node node = nodes_[target];
    node.length = nodes_[from].length + 1;
    const std::uint32_t copy = make(std::move(node));
    nodes_[target].link = copy;
    for (std::uint32_t at = from; at != kNone; at = nodes_[at].link) {
      const auto edge = nodes_[at].next.find(unit);
      if (edge == nodes_[at].next.end() || edge->second != target) break;
      edge->second = copy;
    }
    return copy;
  }

  std::vector<Node> nodes_;
  std::uint32_t last_ = 0;
};

// The bytes of a node's units as a tree that ends in the nodes they lead to. Where one unit begins with all
// of another, the byte that ends the shorter has two edges.
void spell(ByteAutomaton& out, std::uint32_t node,
           std::vector<std::pair<std::string_view, std::uint32_t>> ways) {
  std::sort(ways.begin(), ways.end());
  struct Part {
    std::size_t begin, end, depth;
    std::uint32_t node;
  };
  std::vector<Part> work{{0, ways.size(), 0, node}};
  while (!work.empty()) {
    const Part part = work.back();
    work.pop_back();
    for (std::size_t i = part.begin; i < part.end;) {
      const auto byte = static_cast<std::uint8_t>(ways[i].first[part.depth]);
      std::size_t end = i;
      while (end < part.end && static_cast<std::uint8_t>(ways[end].first[part.depth]) == byte) ++end;
      for (; i < end && ways[i].first.size() == part.depth + 1; ++i)
        out.nodes[part.node].edges.push_back({byte, byte, ways[i].second});
      if (i < end) {
        const auto target = static_cast<std::uint32_t>(out.nodes.size());
        out.nodes.emplace_back();
        out.nodes[part.node].edges.push_back({byte, byte, target});
        work.push_back({i, end, part.depth + 1, target});
      }
      i = end;
    }
  }
}

// A value in other words than those of the text, where it is plain: 23000, 2024-03-05.
bool is_plain(std::string_view value) {
  return !value.empty() && value.find_first_not_of("0123456789.-") == std::string_view::npos &&
         value.front() != '-';
}

E quoted(E inside) {
  return E::sequence({E::literal("\""), std::move(inside), E::literal("\"")});
}

}  // namespace

ByteAutomaton quotes_of(const std::vector<std::string_view>& passages, QuoteUnit unit, PatternText text) {
  SuffixAutomaton suffixes;
  std::vector<Unit> units;
  std::map<std::pair<std::string, std::string>, std::uint32_t> known;
  for (const std::string_view passage : passages) {
    suffixes.begin_text();
    for (Unit& own : units_of(text::to_valid_utf8(passage), unit, text)) {
      const auto [entry, fresh] =
          known.emplace(std::pair(own.first, own.next), static_cast<std::uint32_t>(units.size()));
      if (fresh) units.push_back(std::move(own));
      suffixes.add(entry->second);
    }
  }
  ByteAutomaton out;
  out.nodes.resize(suffixes.nodes().size());
  for (std::uint32_t node = 0; node < suffixes.nodes().size(); ++node) {
    std::vector<std::pair<std::string_view, std::uint32_t>> ways;
    for (const auto& [id, target] : suffixes.nodes()[node].next)
      ways.emplace_back(node == 0 ? units[id].first : units[id].next, target);
    out.nodes[node].final = node > 0;
    spell(out, node, std::move(ways));
  }
  return out;
}

std::vector<std::string> values_of(const std::vector<std::string_view>& passages, ValueKinds kinds) {
  std::set<std::string> values;
  for (const std::string_view passage : passages) {
    const std::string whole = text::to_valid_utf8(passage);
    for (const text::Span& sentence : text::split_sentences(whole))
      for (const text::TypedSpan& found : text::find_typed_spans(sentence.of(whole))) {
        const bool wanted = (kinds.numbers && found.type == text::AnswerType::number) ||
                            (kinds.dates && found.type == text::AnswerType::date);
        if (!wanted) continue;
        values.emplace(found.span.of(sentence.of(whole)));
        if (is_plain(found.value)) values.insert(found.value);
      }
  }
  return {values.begin(), values.end()};
}

base::Result<Rules> evidence_reply(const std::vector<std::string_view>& passages,
                                   const EvidenceReplyOptions& options) {
  Rules rules;
  rules.root = rules.add("root", E::literal(""));
  const auto rule_of = [&](const std::string& name, ByteAutomaton quotes) {
    return E::call(rules.add(name, std::move(quotes)));
  };

  std::vector<E> quotes;
  for (std::size_t i = 0; i < passages.size(); ++i) {
    ByteAutomaton own = quotes_of({passages[i]}, options.quotes, PatternText::json);
    if (own.nodes.size() == 1) continue;  // nothing to quote
    const std::string number = std::to_string(i + 1);
    quotes.push_back(
        E::sequence({E::literal("{\"passage\": " + number + ", \"quote\": "),
                     quoted(rule_of("quote of passage " + number, std::move(own))), E::literal("}")}));
  }
  if (quotes.empty() || options.most_quotes == 0)
    return base::fail(Code::invalid_argument, "there is no evidence that could be quoted");

  std::vector<E> answers;
  switch (options.answer) {
    case AnswerForm::text: {
      std::vector<E> ways{E::characters({{'"', '"'},
                                         {'\\', '\\'},
                                         {'/', '/'},
                                         {'b', 'b'},
                                         {'f', 'f'},
                                         {'n', 'n'},
                                         {'r', 'r'},
                                         {'t', 't'}})};
      E escape = E::sequence({E::literal("\\"), E::choice(std::move(ways))});
      answers.push_back(E::repeat(
          E::choice({E::characters(complement({{0, 0x1F}, {'"', '"'}, {'\\', '\\'}})), std::move(escape)}), 1,
          kUnbounded));
      break;
    }
    case AnswerForm::quote:
      answers.push_back(
          rule_of("words of the evidence", quotes_of(passages, QuoteUnit::characters, PatternText::json)));
      break;
    case AnswerForm::number:
    case AnswerForm::date:
      for (const std::string& value :
           values_of(passages, {options.answer == AnswerForm::number, options.answer == AnswerForm::date}))
        answers.push_back(E::literal(json_escaped(value)));
  }
  if (answers.empty() && !options.may_abstain)
    return base::fail(Code::invalid_argument, "the evidence has no value of the kind that is asked for");

  std::vector<E> replies;
  if (!answers.empty()) {
    E quote = E::choice(std::move(quotes));
    E more = E::repeat(E::sequence({E::literal(", "), quote}), 0,
                       static_cast<std::uint32_t>(options.most_quotes - 1));
    replies.push_back(E::sequence({quoted(E::choice(std::move(answers))), E::literal(", \"quotes\": ["),
                                   std::move(quote), std::move(more), E::literal("]")}));
  }
  if (options.may_abstain) replies.push_back(E::literal("null, \"quotes\": []"));
  rules.rules[rules.root].body =
      E::sequence({E::literal("{\"answer\": "), E::choice(std::move(replies)), E::literal("}")});
  return rules;
}

}  // namespace genkai::logic::grammar
