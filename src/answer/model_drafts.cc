#include "answer/model_drafts.h"

#include <algorithm>
#include <map>
#include <optional>

#include "answer/closed_book.h"
#include "answer/draft_prompt.h"
#include "answer/draft_reply.h"
#include "base/hash.h"
#include "limits/context/compress.h"
#include "limits/context/guard.h"
#include "text/text.h"

namespace genkai::answer {
namespace {

namespace context = limits::context;

using Shape = std::vector<std::size_t>;

// The evidence as the model reads it. What it quotes is looked for in the evidence itself.
class Material {
 public:
  Material(const std::vector<core::Evidence>& evidence, const core::Interpretation& meaning,
           const context::Showing& showing)
      : whole_(evidence) {
    if (showing.compress) short_ = context::compressed(evidence, meaning);
  }
  const std::vector<core::Evidence>& shown() const { return short_ ? *short_ : whole_; }

 private:
  const std::vector<core::Evidence>& whole_;
  std::optional<std::vector<core::Evidence>> short_;
};

constexpr std::size_t kMargin = 5;  // a fifth of the context is kept free: token counts are estimates
// A model that only completes has a small vocabulary, in which estimates are off by more, and no
// instructions.
constexpr std::size_t kPlainMargin = 3, kPlainOverhead = 2, kPlainTokens = 16;

std::size_t room_for_passages(const model::Capabilities& able, const core::Interpretation& meaning,
                              std::size_t max_tokens) {
  const std::size_t instructions = able.completes_only ? kPlainTokens : kInstructionTokens;
  const std::size_t taken = instructions + text::estimate_tokens(meaning.text) + max_tokens;
  const std::size_t usable =
      able.context_tokens - able.context_tokens / (able.completes_only ? kPlainMargin : kMargin);
  return usable > taken ? usable - taken : 0;
}

// The passages of each of the best documents, of those shown, best first.
std::vector<Shape> by_document(const std::vector<core::Evidence>& evidence, Shape shown, std::size_t count) {
  std::sort(shown.begin(), shown.end());  // evidence is best first, what is shown need not be
  std::vector<Shape> documents;
  std::map<std::string, std::size_t> known;
  for (const std::size_t place : shown) {
    const auto [at, is_new] = known.emplace(evidence[place].passage.document.id, documents.size());
    if (is_new) documents.emplace_back();
    documents[at->second].push_back(place);
  }
  if (documents.size() < 2) return {};  // it would be the same prompt again
  if (documents.size() > count) documents.resize(count);
  return documents;
}

model::ChatRequest request_for(const core::Interpretation& meaning,
                               const std::vector<core::Evidence>& evidence, const Shape& shown,
                               const model::Capabilities& able, const DraftOptions& options) {
  model::ChatRequest request;
  request.messages = able.completes_only
                         ? plain_messages(meaning, evidence, shown)
                         : draft_messages(meaning, evidence, shown, options.wording, options.showing.recite);
  request.max_tokens = options.max_tokens;
  request.temperature = options.temperature;
  request.deadline = options.deadline;
  if (able.seed) request.seed = static_cast<std::int64_t>(base::hash64(meaning.text) >> 33);
  if (able.json_schema) request.response_schema = draft_schema(options.showing.recite);
  return request;
}

model::ChatRequest without_passages(const core::Interpretation& meaning, const model::Capabilities& able,
                                    const DraftOptions& options) {
  model::ChatRequest request = request_for(meaning, {}, {}, able, options);
  if (!able.completes_only) request.messages = closed_book_messages(meaning);
  request.samples = options.closed_book;
  if (able.json_schema) request.response_schema = closed_book_schema();
  return request;
}

void add(ModelReplies& replies, model::Completion completion, const Shape& shown, bool isolated) {
  for (model::Sample& sample : completion.samples)
    replies.replies.push_back({std::move(sample.text), shown, isolated});
  if (!isolated) replies.together += completion.samples.size();
  replies.usage += completion.usage;
}

core::Draft read_one(const ModelReplies& replies, std::string_view text, const Shown& shown,
                     const core::Interpretation& meaning) {
  return replies.plain ? read_plain_reply(text, shown, meaning, replies.model)
                       : read_reply(text, shown, meaning, replies.model);
}

void add_closed_book(ModelReplies& replies, model::Completion completion) {
  for (model::Sample& sample : completion.samples) replies.closed_book.push_back(std::move(sample.text));
  replies.usage += completion.usage;
}

}  // namespace

base::Task<base::Result<ModelReplies>> ask_model(model::LanguageModel& model,
                                                 const core::Interpretation& meaning,
                                                 const std::vector<core::Evidence>& evidence,
                                                 const DraftOptions& options, core::Trace& trace) {
  auto stage = trace.stage("draft");
  ModelReplies replies;
  replies.model = model.name();
  const std::size_t readable = context::fit(evidence, meaning, {}, {}).places.size();
  stage.counts(readable, 0);
  if (readable == 0 && options.closed_book == 0) co_return replies;
  GENKAI_CO_ASSIGN_OR_RETURN(const model::Capabilities able, co_await model.capabilities());
  DraftOptions own = options;
  own.max_tokens = std::min(options.max_tokens, std::max<std::size_t>(1, able.context_tokens / 4));
  if (able.completes_only) own.max_tokens = std::min(own.max_tokens, kPlainAnswerTokens);
  replies.plain = able.completes_only;
  replies.max_tokens = own.max_tokens;
  const Material material(evidence, meaning, options.showing);
  const context::Room room{room_for_passages(able, meaning, own.max_tokens),
                           able.completes_only ? kPlainOverhead : kPassageOverhead};
  const context::Shown fitting = context::fit(material.shown(), meaning, room, options.showing);
  const Shape& shown = fitting.places;
  if (shown.empty() && readable > 0)
    co_return base::fail(base::Code::invalid_argument, "no passage fits into the context of " +
                                                           std::to_string(able.context_tokens) + " tokens");
  std::vector<Shape> shapes;
  if (!shown.empty()) shapes.push_back(shown);
  for (Shape& document : by_document(evidence, shown, options.isolated))
    shapes.push_back(std::move(document));

  using Answered = base::Result<model::Completion>;
  std::vector<base::Task<Answered>> tasks;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    model::ChatRequest request = request_for(meaning, material.shown(), shapes[i], able, own);
    if (i == 0) request.samples = std::max<std::size_t>(1, options.samples);
    tasks.push_back(model.complete(std::move(request)));
  }
  if (own.closed_book > 0) tasks.push_back(model.complete(without_passages(meaning, able, own)));
  std::vector<Answered> answered = co_await base::side_by_side(std::move(tasks));
  if (own.closed_book > 0) {
    Answered from_memory = std::move(answered.back());
    answered.pop_back();
    if (!from_memory && shapes.empty()) co_return base::fail(std::move(from_memory).error());
    if (from_memory)
      add_closed_book(replies, std::move(*from_memory));
    else
      stage.note("failed", "closed book: " + from_memory.error().message);
  }
  if (answered.empty()) co_return replies;
  if (!answered.front()) co_return base::fail(std::move(answered.front()).error());
  replies.model = answered.front()->model.empty() ? model.name() : answered.front()->model;
  for (std::size_t i = 0; i < answered.size(); ++i) {
    if (answered[i])
      add(replies, std::move(*answered[i]), shapes[i], i > 0);
    else
      stage.note("failed",
                 evidence[shapes[i].front()].passage.document.id + ": " + answered[i].error().message);
  }
  stage.counts(readable, replies.replies.size());
  stage.note("model", replies.model);
  stage.note("passages shown", std::to_string(shown.size()) + " together, and " +
                                   std::to_string(shapes.size() - 1) + " documents alone");
  stage.note("passage order",
             std::string(context::order_name(options.showing.order)) + ", " + options.showing.why);
  stage.note("passage tokens", context::describe(fitting.tokens, fitting.room, fitting.reached));
  if (options.showing.effective_tokens < room.tokens)
    stage.note("passage limit",
               std::to_string(options.showing.effective_tokens) + ", " + options.showing.tokens_why);
  stage.note("tokens", std::to_string(replies.usage.prompt_tokens) + " in, " +
                           std::to_string(replies.usage.completion_tokens) + " out");
  co_return replies;
}

base::Task<base::Status> ask_again(model::LanguageModel& model, const core::Interpretation& meaning,
                                   const std::vector<core::Evidence>& evidence, const DraftOptions& options,
                                   std::size_t count, ModelReplies& replies, core::Trace& trace) {
  auto stage = trace.stage("draft again");
  GENKAI_CO_ASSIGN_OR_RETURN(const model::Capabilities able, co_await model.capabilities());
  DraftOptions own = options;
  own.max_tokens = replies.max_tokens;
  const Shape shown = replies.replies.front().shown;
  const Material material(evidence, meaning, options.showing);
  model::ChatRequest request = request_for(meaning, material.shown(), shown, able, own);
  request.samples = count;
  if (request.seed) *request.seed += static_cast<std::int64_t>(replies.together);  // not the same ones again
  GENKAI_CO_ASSIGN_OR_RETURN(model::Completion completion, co_await model.complete(std::move(request)));
  add(replies, std::move(completion), shown, false);
  stage.counts(count, replies.together);
  co_return base::Status{};
}

base::Task<std::set<std::size_t>> silent_alone(model::LanguageModel& model,
                                               const core::Interpretation& meaning,
                                               const std::vector<core::Evidence>& evidence,
                                               const std::vector<std::size_t>& places,
                                               const DraftOptions& options, ModelReplies& replies,
                                               core::Trace& trace) {
  auto stage = trace.stage("hear again");
  std::set<std::size_t> silent;
  const auto able = co_await model.capabilities();
  if (!able) co_return silent;
  std::map<std::string, Shape> by_text;
  std::vector<const Shape*> asked;  // in the order of `places`
  for (const std::size_t place : places) {
    const auto [at, is_new] = by_text.emplace(evidence[place].passage.text, Shape());
    at->second.push_back(place);
    if (is_new && asked.size() < kMostHeardAgain) asked.push_back(&at->second);
  }
  DraftOptions own = options;
  own.max_tokens = replies.max_tokens;
  own.temperature = 0;
  std::vector<base::Task<base::Result<model::Completion>>> tasks;
  for (const Shape* alike : asked)
    tasks.push_back(model.complete(request_for(meaning, evidence, {alike->front()}, *able, own)));
  std::vector<base::Result<model::Completion>> answered = co_await base::side_by_side(std::move(tasks));
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (!answered[i] || answered[i]->samples.empty()) continue;
    replies.usage += answered[i]->usage;
    const Shown shown(evidence, {asked[i]->front()});
    const std::string& text = answered[i]->samples.front().text;
    if (read_one(replies, text, shown, meaning).stance == core::Stance::abstains)
      silent.insert(asked[i]->begin(), asked[i]->end());
  }
  stage.counts(places.size(), places.size() - silent.size());
  co_return silent;
}

std::vector<core::Draft> read_replies(const ModelReplies& replies, const core::Interpretation& meaning,
                                      const std::vector<core::Evidence>& evidence) {
  std::vector<core::Draft> drafts;
  std::optional<Shown> shown;
  const std::vector<std::size_t>* of = nullptr;
  for (const auto& reply : replies.replies) {
    if (!of || *of != reply.shown) shown.emplace(evidence, reply.shown);
    of = &reply.shown;
    drafts.push_back(read_one(replies, reply.text, *shown, meaning));
    drafts.back().isolated = reply.isolated;
  }
  return drafts;
}

}  // namespace genkai::answer
