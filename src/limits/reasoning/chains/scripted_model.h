#pragma once
// For tests: a language model that says what it is told to say, and remembers what it was asked.

#include <functional>
#include <string>
#include <vector>

#include "model/language_model.h"

namespace genkai::limits::reasoning::chains {

class ScriptedModel : public model::LanguageModel {
 public:
  using Script = std::function<base::Result<std::string>(const model::ChatRequest&, std::size_t sample)>;
  explicit ScriptedModel(Script script) : script_(std::move(script)) {}
  const std::string& name() const override { return name_; }
  base::Task<base::Result<model::Capabilities>> capabilities() override { co_return model::Capabilities{}; }
  base::Task<base::Result<model::Completion>> complete(model::ChatRequest request, TextSink) override {
    model::Completion completion;
    for (std::size_t i = 0; i < request.samples; ++i) {
      auto text = script_(request, i);
      if (!text) co_return base::fail(text.error());
      model::Sample sample;
      sample.text = std::move(*text);
      completion.samples.push_back(std::move(sample));
    }
    completion.usage = {10, request.samples, 0.5};
    requests.push_back(std::move(request));
    co_return completion;
  }
  std::vector<model::ChatRequest> requests;

 private:
  const std::string name_ = "scripted";
  Script script_;
};

inline const std::string& last(const model::ChatRequest& request) {
  return request.messages.back().content;
}
inline base::Result<std::string> failure() {
  return base::fail(base::Code::unavailable, "gone");
}

}  // namespace genkai::limits::reasoning::chains
