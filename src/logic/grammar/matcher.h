#pragma once
// A text under a grammar, byte by byte or token by token: what may come next, what must, whether it may end.
//
//   Matcher matcher(grammar, vocabulary);
//   TokenSet allowed(vocabulary->size());
//   while (!matcher.ended()) {
//     matcher.mask(allowed);
//     if (!matcher.accept(sample(allowed))) ...
//   }

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "logic/grammar/grammar.h"
#include "logic/grammar/mask.h"
#include "logic/grammar/states.h"
#include "logic/grammar/vocabulary.h"

namespace genkai::logic::grammar {

/// A copy is a fork and costs two pointers and a number: it goes its own way from here, and both share what
/// is looked up. Matchers that share are used by one thread at a time.
class Matcher {
 public:
  Matcher(std::shared_ptr<const Grammar> grammar, std::shared_ptr<const Vocabulary> vocabulary);

  /// The tokens that may come next. An end token may when the text may end here; a control token never.
  /// Nothing may after an end token.
  void mask(TokenSet& allowed);
  /// Takes the token, or leaves everything as it was and returns false. REQUIRES: token < vocabulary size.
  bool accept(TokenId token);
  /// The same for bytes that need not be whole tokens or whole characters.
  bool accept_bytes(std::string_view bytes);
  /// The text so far is a whole one.
  bool finished() const { return states_->is_finished(state_); }
  /// An end token was taken.
  bool ended() const { return ended_; }
  /// The bytes that must come next, whatever is chosen: up to `most`, up to the next choice or possible end.
  /// They may end inside a character.
  std::string forced(std::size_t most = 4096);

 private:
  std::shared_ptr<States> states_;
  std::shared_ptr<Masks> masks_;
  StateId state_ = kDead;
  std::size_t limit_;  // bytes of states after which they are made anew
  bool ended_ = false;
};

/// How a text fares under a grammar.
struct Match {
  bool whole = false;    // it is one of the grammar's texts
  std::size_t end = 0;   // bytes that fit; of a text that breaks off, all of them
  std::string expected;  // what could have stood at `end`, for people; empty when whole
  std::string rule;      // the innermost rule there
};

/// Errors: resource_exhausted for a text that is too ambiguous or too deep.
base::Result<Match> match(const std::shared_ptr<const Grammar>& grammar, std::string_view text);

}  // namespace genkai::logic::grammar
