#pragma once
// Replies in OpenAI's protocol of models that run in this process, whichever engine computes the samples.
//
//   ReplyForm form{.model = "tiny", .piece = [](native::TokenId id) { ... }, .prompt_tokens = 12};
//   co_return std::make_unique<Exchange>(200, "application/json", whole_reply(form, samples));
//
//   tell(form, 0, samples[0], told, events);  // what is new of sample 0, as an event of a stream
//   end_of_stream(form, samples, events);

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "model/native/generate.h"
#include "model/upstream/transport.h"

namespace genkai::model {

/// What a reply says beside its samples.
struct ReplyForm {
  std::string model;                                  // its name
  std::function<std::string(native::TokenId)> piece;  // the bytes of a token
  std::function<bool(native::TokenId)> ends;          // whether a token is the end of the text
  std::vector<std::string> stop{};                    // texts that end a sample
  std::size_t leading_blanks = std::string::npos;     // so many at most are no part of an answer
  bool logprobs = false;                              // whether they were asked for
  std::size_t prompt_tokens = 0;
};

/// The body of a reply that is not streamed.
std::string whole_reply(const ReplyForm& form, const std::vector<native::Generated>& samples);

/// How much of a sample a stream has told.
struct Told {
  std::size_t bytes = 0, tokens = 0;
  bool ended = false;
};
/// Adds what is new of sample `i`, if anything is. What could become a stop is held back until it is decided.
void tell(const ReplyForm& form, std::size_t i, const native::Generated& sample, Told& told,
          std::string& events);
/// The usage, and [DONE].
void end_of_stream(const ReplyForm& form, const std::vector<native::Generated>& samples, std::string& events);

/// A reply that is there as a whole.
class Exchange final : public HttpExchange {
 public:
  Exchange(int status, const char* type, std::string body);
  int status() const override { return status_; }
  std::string_view header(std::string_view name) const override { return find_header(headers_, name); }
  const HttpHeaders& headers() const override { return headers_; }
  base::Task<base::Result<std::string>> read() override;

 private:
  int status_;
  HttpHeaders headers_;
  std::string body_;
};

std::unique_ptr<HttpExchange> error_exchange(int status, const base::Error& error);
/// The answer to GET /models: this one.
std::unique_ptr<HttpExchange> models_exchange(const std::string& model);

}  // namespace genkai::model
