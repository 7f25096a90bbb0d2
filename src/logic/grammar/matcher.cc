#include "logic/grammar/matcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <bitset>
#include <utility>

namespace genkai::logic::grammar {
namespace {

constexpr std::size_t kLargeRun = std::size_t{64} << 20;  // bytes of states, after which they are made anew
constexpr std::size_t kLargestRun = 8 * kLargeRun;        // of one text
constexpr std::size_t kMostShown = 12;                    // alternatives named in a message

// Goes on in fresh states once the old ones have grown beyond `limit`. Forks that share the old ones keep
// them.
void renew(std::shared_ptr<States>& states, StateId& at, std::size_t& limit) {
  if (states->size() < limit) return;
  auto fresh = std::make_shared<States>(states->shared_grammar());
  at = fresh->adopt(*states, at);
  states = std::move(fresh);
  limit = std::max(kLargeRun, 2 * states->size());
}

std::string shown(unsigned byte) {
  switch (byte) {
    case '\n':
      return "a line end";
    case '\t':
      return "a tab";
    case ' ':
      return "a blank";
    default:
      return byte > 0x20 && byte < 0x7F ? fmt::format("'{}'", static_cast<char>(byte))
                                        : fmt::format("\\x{:02X}", byte);
  }
}

// The bytes that may come next, as a list of characters and ranges.
std::string expected_at(const States& states, StateId state) {
  std::bitset<257> next;
  for (const States::Thread& thread : states.threads(state))
    for (const auto& edge : states.grammar().bytes(thread.node))
      for (unsigned byte = edge.low; byte <= edge.high; ++byte) next.set(byte);
  std::vector<std::string> parts;
  bool beyond_ascii = false;
  for (unsigned low = 0; low < 256; ++low) {
    if (!next.test(low)) continue;
    if (low >= 0x80) {
      beyond_ascii = true;
      break;
    }
    unsigned high = low;
    while (high + 1 < 0x80 && next.test(high + 1)) ++high;
    parts.push_back(high > low + 1 ? shown(low) + " to " + shown(high) : shown(low));
    if (high == low + 1) parts.push_back(shown(high));
    low = high;
  }
  if (beyond_ascii) parts.emplace_back("a character beyond ASCII");
  if (states.is_finished(state)) parts.emplace_back("the end of the text");
  std::string all;
  for (std::size_t i = 0; i < parts.size() && i < kMostShown; ++i)
    all += (i == 0 ? "" : i + 1 == std::min(parts.size(), kMostShown) ? " or " : ", ") + parts[i];
  if (parts.size() > kMostShown) all += " and others";
  return all;
}

}  // namespace

Matcher::Matcher(std::shared_ptr<const Grammar> grammar, std::shared_ptr<const Vocabulary> vocabulary)
    : states_(std::make_shared<States>(grammar)),
      masks_(std::make_shared<Masks>(grammar, std::move(vocabulary))),
      state_(states_->start()),
      limit_(kLargeRun) {}

void Matcher::mask(TokenSet& allowed) {
  if (ended_) return allowed.clear();
  masks_->fill(*states_, state_, allowed);
  if (finished())
    for (const TokenId end : masks_->vocabulary().ends()) allowed.insert(end);
}

bool Matcher::accept(TokenId token) {
  const Token& taken = masks_->vocabulary().token(token);
  if (ended_ || taken.kind == TokenKind::control || (taken.kind == TokenKind::text && taken.bytes.empty()))
    return false;
  if (taken.kind == TokenKind::text) return accept_bytes(taken.bytes);
  ended_ = finished();
  return ended_;
}

bool Matcher::accept_bytes(std::string_view bytes) {
  if (ended_) return bytes.empty();
  StateId at = state_;
  for (const char c : bytes) {
    at = states_->step(at, static_cast<std::uint8_t>(c));
    if (at == kDead) return false;
  }
  state_ = at;
  renew(states_, state_, limit_);
  return true;
}

std::string Matcher::forced(std::size_t most) {
  std::string bytes;
  StateId at = ended_ ? kDead : state_;
  while (bytes.size() < most && !states_->is_finished(at)) {
    int only = -1;
    for (const States::Thread& thread : states_->threads(at))
      for (const auto& edge : states_->grammar().bytes(thread.node)) {
        if (edge.low != edge.high || (only >= 0 && only != edge.low)) return bytes;
        only = edge.low;
      }
    if (only < 0) break;
    at = states_->step(at, static_cast<std::uint8_t>(only));
    bytes += static_cast<char>(only);
  }
  return bytes;
}

base::Result<Match> match(const std::shared_ptr<const Grammar>& grammar, std::string_view text) {
  auto states = std::make_shared<States>(grammar);
  StateId at = states->start();
  Match result;
  std::size_t limit = kLargeRun;
  for (; result.end < text.size(); ++result.end) {
    const StateId next = states->step(at, static_cast<std::uint8_t>(text[result.end]));
    if (next == kDead) break;
    at = next;
    renew(states, at, limit);
    if (limit > kLargestRun) break;
  }
  if (states->is_exhausted() || limit > kLargestRun)
    return base::fail(base::Code::resource_exhausted,
                      fmt::format("byte {}: too many ways to read the text under this grammar", result.end),
                      "make the grammar less ambiguous");
  result.whole = result.end == text.size() && states->is_finished(at);
  if (result.whole) return result;
  result.expected = expected_at(*states, at);
  // The deepest rule was called last, so that its frame has the highest number.
  const auto threads = states->threads(at);
  const auto deepest = std::max_element(threads.begin(), threads.end(),
                                        [](const auto& a, const auto& b) { return a.frame < b.frame; });
  if (deepest != threads.end()) result.rule = grammar->name(grammar->rule_of(deepest->node));
  return result;
}

}  // namespace genkai::logic::grammar
