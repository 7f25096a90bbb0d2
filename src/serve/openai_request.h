#pragma once
// Requests in OpenAI's protocol, read so that each field is honoured or refused by name: what genkai answers
// itself (genkai/<kb>, <upstream>+checked). What passes through is not read here beyond three fields.
//
//   const auto chat = read_chat(*Json::parse(request.body), Answering::from_knowledge);
//   if (!chat) co_await exchange.refuse(chat.error());

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "answer/earlier_answers.h"
#include "base/json.h"
#include "model/language_model.h"
#include "serve/api_error.h"

namespace genkai::serve {

template <class T>
using Read = tl::expected<T, ApiError>;

enum class Answering {
  from_knowledge,  // genkai/<kb>: nothing is sampled that a parameter could steer
  checked,         // <upstream>+checked
};

struct ChatCall {
  std::string model;
  model::ChatRequest request;  // samples is 1
  bool stream = false, include_usage = false;
  std::optional<std::size_t> max_tokens;                    // as the client said
  std::optional<answer::EarlierAnswers> earlier_answers{};  // likewise: "genkai": {"earlier_answers"}
};

/// A field whose value is the protocol's default asks for nothing and is accepted everywhere.
Read<ChatCall> read_chat(const base::Json& body, Answering by);
/// /v1/completions for genkai/<kb>: the prompt is the question.
Read<ChatCall> read_completion(const base::Json& body);

/// The fields that a gateway needs of a request that passes through; all others are the endpoint's business.
struct PassedCall {
  std::string model;
  bool stream = false, include_usage = false;
  model::Usage expected;  // an upper estimate; completion tokens of 512 a choice when nothing is said
};
Read<PassedCall> read_passed(const base::Json& body, bool may_stream);

/// `text` cut before the first of `stop`, and to about `max_tokens`; true when the latter was needed.
bool cut_text(std::string& text, const std::vector<std::string>& stop, std::optional<std::size_t> max_tokens);

}  // namespace genkai::serve
