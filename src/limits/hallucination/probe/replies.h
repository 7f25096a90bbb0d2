#pragma once
// Why the probe asked: the parts of its recorded replies (model/asking/replies.h).

#include <string>
#include <string_view>

#include "model/asking/replies.h"

namespace genkai::limits::hallucination::probe {

using model::asking::Replies;
using model::asking::Reply;
using model::asking::ReplyKey;

/// Why it was asked.
enum class Purpose {
  closed,         // the question as it stands, temperature 0
  twin,           // the unanswerable twin, likewise
  blind,          // the question withheld; the id is the kind of its answer
  again,          // other wordings, temperature 0.7
  same,           // the same wording once more, temperature 0
  explain_wrong,  // a wrong answer was put into its mouth
  stand_wrong,
  explain_right,  // the right one was
  stand_right,
};
std::string_view to_string(Purpose purpose);

ReplyKey key_of(Purpose purpose, std::string id, std::size_t wording);

}  // namespace genkai::limits::hallucination::probe
