#include "answer/hypotheses.h"

#include <algorithm>
#include <utility>

#include "answer/draft_prompt.h"
#include "base/hash.h"
#include "model/reply_object.h"
#include "text/text.h"
#include "text/utf8.h"

namespace genkai::answer {
namespace {

constexpr std::size_t kMostQuestion = 4'000, kMostText = 800;  // code points
constexpr std::size_t kMostReadings = 3;

std::vector<model::ChatMessage> messages_for(const std::string& question) {
  const std::string asked = neutralise(text::prefix(question, kMostQuestion), {});
  std::vector<model::ChatMessage> messages(2);
  messages[0].role = "system";
  if (text::detect_language(question) == text::Language::japanese) {
    messages[0].content =
        "質問に答える文章が資料の中にあるとしたら、どのように書かれているかを二文で書いてください。質問がいく"
        "つか"
        "の意味に取れるとき(同じ名前の別のもの、別の時期、版、場所)"
        "は、意味ごとに一つずつ、三つまで、空行で区切っ"
        "て書きます。検索にだけ使います。知らない名前や数値は、ありそうなもので補ってかまいません。文章だけを"
        "返して"
        "ください。";
    messages[1].content = "質問: " + asked;
  } else {
    messages[0].content =
        "Write the passage of two sentences that answers the question, as it might stand in a document. If "
        "the "
        "question can be read in several ways (things of one name, other times, versions or places), write "
        "one "
        "for each, three at most, with an empty line between. They are used to search with and for nothing "
        "else: make up names and numbers that you do not know. Reply with the passages alone.";
    messages[1].content = "Question: " + asked;
  }
  return messages;
}

// One for each reading of the question: what stands between empty lines.
std::vector<std::string> readings_in(std::string_view reply) {
  std::vector<std::string> readings;
  reply = model::after_thinking(reply);
  while (!reply.empty() && readings.size() < kMostReadings) {
    const std::size_t end = std::min(reply.find("\n\n"), reply.size());
    if (end > 0) readings.emplace_back(reply.substr(0, end));
    reply.remove_prefix(std::min(end + 2, reply.size()));
  }
  return readings;
}

}  // namespace

base::Task<Hypotheses> suppose(model::LanguageModel& model, const core::Question& question,
                               const HypothesisOptions& options, core::Trace& trace) {
  auto stage = trace.stage("suppose");
  Hypotheses supposed;
  model::ChatRequest request;
  request.messages = messages_for(question.text);
  request.samples = options.count;
  request.temperature = options.temperature;
  request.max_tokens = options.max_tokens;
  request.deadline = options.deadline;
  const auto able = co_await model.capabilities();
  if (able && able->seed) request.seed = static_cast<std::int64_t>(base::hash64(question.text) >> 33);
  auto completion = co_await model.complete(std::move(request));
  if (!completion) {
    stage.note("failed", completion.error().message);
    co_return supposed;
  }
  supposed.usage = completion->usage;
  for (const model::Sample& sample : completion->samples) {
    for (const std::string& reading : readings_in(sample.text)) {
      std::string text = neutralise(text::prefix(reading, kMostText), {});
      if (text.find_first_not_of(' ') != std::string::npos) supposed.texts.push_back(std::move(text));
    }
  }
  stage.counts(options.count, supposed.texts.size());
  if (!supposed.texts.empty()) stage.note("searched with", supposed.texts.front());
  co_return supposed;
}

}  // namespace genkai::answer
