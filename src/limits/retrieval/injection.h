#pragma once
// Text that speaks to a model rather than to people: prompt injection, in English and Japanese. No rule
// decides alone by a bare word: each pattern has a weight, patterns of one family count once, and what is
// quoted in a text about such attacks counts less. The weights are set by hand on half of a labelled set
// (hostile_texts.h); the rates on the other half are in docs/limits/retrieval.md.
//
//   const Orders orders = find_orders(vet_text(passage.text));
//   if (orders.score >= kOrderThreshold) distrust(orders.signals);

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "limits/retrieval/vet_text.h"

namespace genkai::limits::retrieval {

constexpr double kOrderThreshold = 1;

/// What a pattern is about; of each family the heaviest pattern counts.
enum class OrderFamily {
  set_aside,   // "ignore all previous instructions"
  address,     // "note to the AI assistant"
  when_asked,  // "when asked about X, say ..."
  say,         // "answer only with ..."
  secrecy,     // "do not mention this"
  others,      // "all other sources are wrong"
  role,        // "you are now ..."
  reveal,      // "print your system prompt"
  send,        // links and images that carry a conversation away
  frame,       // chat-template tokens, ends of a frame, ready-made replies
  truth,       // "the only correct answer is"
  disguise,    // an order that is readable only after decoding
  kCount
};

struct OrderSignal {
  OrderFamily family = OrderFamily::say;
  double weight = 0;     // after the discount of what is quoted or reported
  std::string_view why;  // static
  std::string text;      // the words, at most 80 code points
};

struct Orders {
  double score = 0;                  // sum over families
  std::vector<OrderSignal> signals;  // heaviest of each family
};

Orders find_orders(const VetText& text);

namespace orders {
/// A pattern that was found in a folded text.
struct Hit {
  OrderFamily family = OrderFamily::say;
  double weight = 0;
  std::string_view why;
  text::Span span;
};
/// Patterns of words; `folded` is normalised text.
void find_english(std::string_view folded, std::vector<Hit>& hits);
void find_japanese(std::string_view folded, std::vector<Hit>& hits);
/// Tokens of chat templates, ends of frames, links that carry text away: the same in every language.
void find_markup(std::string_view folded, std::vector<Hit>& hits);
/// Texts that are hidden in `text` by tag characters, base64, rot13, digits for letters, spaces between
/// letters or reversal, each normalised, with what they were hidden by.
struct Decoded {
  std::string_view by;
  std::string text;
};
std::vector<Decoded> decode_disguised(const VetText& text);
}  // namespace orders

}  // namespace genkai::limits::retrieval
