#include "model/upstream/builtin_request.h"

#include <algorithm>
#include <cstdlib>

#include "model/upstream/inprocess_request.h"

namespace genkai::model {

using base::Code;
using base::Result;

namespace {

// The question of a prompt in the form for models that complete, without its passages; the whole where there
// are none.
std::string question_of(const std::string& prompt) {
  const std::size_t at = prompt.rfind("Question: ");
  return at == std::string::npos ? prompt : prompt.substr(at);
}

}  // namespace

Result<BuiltinSettings> take_builtin_settings(std::string& path) {
  BuiltinSettings settings;
  for (const std::string& one : take_settings(path)) {
    const std::size_t is = std::min(one.find('='), one.size());
    const std::string name = one.substr(0, is);
    double* value = name == "context_aware"    ? &settings.context_aware
                    : name == "adaptive_theta" ? &settings.adaptive_theta
                                               : nullptr;
    const char* begin = one.c_str() + std::min(is + 1, one.size());
    char* stop = nullptr;
    const double number = std::strtod(begin, &stop);
    if (value == nullptr || stop == begin || *stop != '\0' || !(number >= 0 && number <= 10))
      return base::fail(Code::invalid_argument, "the built-in model has no setting \"" + one + "\"",
                        "write context_aware=STRENGTH or adaptive_theta=THETA, each 0 to 10");
    *value = number;
  }
  return settings;
}

Result<BuiltinRequest> read_builtin_request(const std::string& body, const native::ModelFile& file,
                                            Forms* forms, const BuiltinSettings& settings) {
  GENKAI_ASSIGN_OR_RETURN(InprocessRequest read, read_inprocess_request(body, "the built-in model"));
  BuiltinRequest asked{.prompt = completion_prompt(read.messages, file.completes),
                       .options = std::move(read.options),
                       .form = {},
                       .stream = read.stream,
                       .logprobs = read.logprobs};
  if (read.format) {
    if (forms == nullptr)
      return base::fail(refused_request("the built-in model has no response_format here"));
    GENKAI_ASSIGN_OR_RETURN(asked.form, forms->read(*read.format));
    asked.options.mask = asked.form->mask;
  }
  asked.options.adaptive_theta = settings.adaptive_theta;
  if (const std::string question = question_of(asked.prompt);
      settings.context_aware > 0 && question != asked.prompt) {
    asked.options.without_context = file.tokenizer.encode(question, true);
    asked.options.context_aware.strength = settings.context_aware;
  }
  return asked;
}

}  // namespace genkai::model
