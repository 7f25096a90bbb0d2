#pragma once
// Answers of genkai's own in OpenAI's protocol. The evidence travels in the object "genkai", which clients
// that do not know it keep aside.
//
//   ChatReply reply = reply_of(answer);
//   response.body = chat_completion(reply, head).dump();
//   for (const std::string& event : chat_chunks(reply, head, include_usage)) ...

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "answer/earlier_answers.h"
#include "base/json.h"
#include "core/answer.h"
#include "model/language_model.h"

namespace genkai::serve {

/// What every object of one response repeats.
struct ReplyHead {
  std::string id;  // without its prefix
  std::string model;
  std::int64_t created = 0;  // seconds since 1970
};

struct ChatReply {
  std::string text;
  std::string finish_reason = "stop";
  base::Json tool_calls;                    // null without
  std::vector<model::TokenLogprob> tokens;  // empty unless asked for
  model::Usage usage;
  base::Json genkai;  // null without
};

/// The object "genkai": the answer of docs/formats/answer.md, and beside it the first item's `probability`
/// (when there is one), `calibrated` and `citations`.
base::Json evidence_of(const core::Answer& answer);
/// What a person reads: the answers, or the reason why there is none.
std::string text_of(const core::Answer& answer);
/// Of an answer from a knowledge base; without a language model, usage counts what was read and quoted.
ChatReply reply_of(const core::Answer& answer);

/// What came of holding it to its conversation: the member "earlier_answers", and a correction after the
/// text.
void tell(const answer::HeldToEarlier& held, ChatReply& reply);

base::Json usage_json(const model::Usage& usage);
base::Json chat_completion(const ChatReply& reply, const ReplyHead& head);
base::Json text_completion(const ChatReply& reply, const ReplyHead& head);
/// The data of the events of a stream, in order, without [DONE]. The last choice carries "genkai".
std::vector<std::string> chat_chunks(const ChatReply& reply, const ReplyHead& head, bool include_usage);
std::vector<std::string> text_chunks(const ChatReply& reply, const ReplyHead& head, bool include_usage);

}  // namespace genkai::serve
