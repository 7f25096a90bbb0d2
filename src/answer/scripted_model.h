#pragma once
// For tests: a language model that says what it is told to say, and remembers what it was asked.
//
//   ScriptedModel model([](const model::ChatRequest& request, std::size_t sample) { return "..."; });

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "model/language_model.h"

namespace genkai::answer {

class ScriptedModel : public model::LanguageModel {
 public:
  using Script = std::function<base::Result<std::string>(const model::ChatRequest&, std::size_t sample)>;
  explicit ScriptedModel(Script script) : script_(std::move(script)) {}

  const std::string& name() const override { return name_; }
  base::Task<base::Result<model::Completion>> complete(model::ChatRequest request, TextSink) override {
    const std::lock_guard lock(mutex_);
    model::Completion completion;
    completion.model = name_;
    for (std::size_t i = 0; i < request.samples; ++i) {
      auto text = script_(request, i);
      if (!text) co_return base::fail(text.error());
      model::Sample sample;
      sample.text = std::move(*text);
      sample.finish_reason = "stop";
      sample.tool_calls = tool_calls;
      completion.samples.push_back(std::move(sample));
    }
    completion.usage = {100, 10 * request.samples, 0.5};
    requests.push_back(std::move(request));
    co_return completion;
  }
  base::Task<base::Result<model::Capabilities>> capabilities() override {
    if (broken) co_return base::fail(*broken);
    co_return able;
  }

  std::vector<model::ChatRequest> requests;  // in the order of their answers
  model::Capabilities able;
  std::optional<base::Error> broken;  // of capabilities()
  base::Json tool_calls;

 private:
  const std::string name_ = "scripted";
  Script script_;
  std::mutex mutex_;
};

}  // namespace genkai::answer
