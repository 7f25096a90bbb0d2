#include "serve/answering.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "answer/documents.h"
#include "answer/kb_calibration.h"
#include "serve/risk_policy.h"
#include "text/text.h"

namespace genkai::serve {

using base::Code;
using base::Task;

namespace {

struct Material {
  std::shared_ptr<const knowledge::KnowledgeView> view;
  answer::OwnDocuments own;
  const knowledge::KnowledgeView& get() const { return view ? *view : *own.view; }
};

// What the knowledge base knows of its own answers decides about them. Read anew each time, so that
// calibrating takes effect at once.
base::Status use_calibrations(Asking& asking, KnowledgeBases& bases) {
  using limits::hallucination::Calibration;
  GENKAI_ASSIGN_OR_RETURN(const base::Path folder, bases.folder(asking.knowledge));
  auto& policy = asking.options.policy;
  GENKAI_ASSIGN_OR_RETURN(auto quotes, answer::load_calibration(folder, ""));
  if (quotes) policy.calibration = std::make_shared<Calibration>(std::move(*quotes));
  if (!asking.model) return {};
  GENKAI_ASSIGN_OR_RETURN(auto answers, answer::load_calibration(folder, asking.model->name()));
  GENKAI_ASSIGN_OR_RETURN(auto both,
                          answer::load_calibration(folder, answer::with_memory(asking.model->name())));
  if (both) policy.memory_calibration = std::make_shared<Calibration>(std::move(*both));
  if (answers) policy.model_calibration = std::make_shared<Calibration>(std::move(*answers));
  return {};
}

// What was measured of the model is read anew each time too.
void use_showing(Asking& asking, const GatewayOptions& options) {
  if (!asking.model) return;
  const auto set = options.showing.find(asking.model->name());
  asking.options.budget.showing =
      answer::showing_of({asking.model->name(), asking.model->chain().front()->options().model},
                         set == options.showing.end() ? answer::ShowingChoice{} : set->second);
}

base::Result<Material> open(Asking& asking, const Exchange& exchange) {
  KnowledgeBases& bases = exchange.gateway.parts.knowledge;
  use_showing(asking, exchange.gateway.options);
  Material material;
  if (!asking.documents.is_null()) {
    GENKAI_ASSIGN_OR_RETURN(material.own, answer::OwnDocuments::read(asking.documents));
  } else {
    GENKAI_ASSIGN_OR_RETURN(material.view, bases.view(asking.knowledge));
    GENKAI_RETURN_IF_ERROR(use_calibrations(asking, bases));
  }
  return material;
}

// An upper estimate: the evidence goes into each isolated draft in part and into the common ones once.
model::Usage expected_usage(const Asking& asking) {
  constexpr std::uint64_t kInstructions = 500;
  const std::uint64_t drafts = asking.options.samples + asking.options.isolated + asking.options.closed_book;
  model::Usage usage;
  const std::uint64_t questions = asking.options.verification_questions,
                      again = (questions > 0 ? questions + 1 : 0) + (asking.options.solver ? 4 : 0) +
                              (asking.options.hypotheses > 0 ? 1 : 0);
  usage.prompt_tokens =
      (1 + asking.options.isolated + again) * (asking.options.budget.tokens + kInstructions);
  usage.completion_tokens = (drafts + again) * asking.options.draft_tokens;
  return asking.model->chain().front()->priced(usage);
}

ApiError no_knowledge(const Asking& asking, const base::Error& error) {
  if (error.code == Code::not_found && asking.documents.is_null()) {
    ApiError out = unknown_model("genkai/" + asking.knowledge);
    out.message = "there is no knowledge base '" + asking.knowledge.substr(0, 200) +
                  "'; GET /v1/knowledge_bases lists those that are";
    return out;
  }
  ApiError out = api_error(error);
  if (error.code == Code::corrupt) out.status = 500;  // ours, not an endpoint's
  if (error.code == Code::invalid_argument) out.param = "documents";
  return out;
}

}  // namespace

model::ChatModel* default_model(const Exchange& exchange) {
  const std::string& name = exchange.gateway.options.default_model;
  return name.empty() ? nullptr : exchange.gateway.parts.models.find(name);
}

Asking asking_of(const Exchange& exchange, std::string question, std::string_view language) {
  Asking asking;
  asking.question.text = std::move(question);
  asking.question.today = exchange.today();
  asking.options = exchange.gateway.options.answerer;
  const bool japanese =
      language == "ja" ||
      (language != "en" && text::detect_language(asking.question.text) == text::Language::japanese);
  asking.options.policy.language = japanese ? text::Language::japanese : text::Language::english;
  asking.model = default_model(exchange);
  // Without its model a question still gets quotes or a reason, if there is time left to say so.
  const auto left = exchange.time_left();
  asking.options.draft_deadline = std::min(asking.options.draft_deadline, left - left / 8);
  return asking;
}

Task<void> enter(Exchange& exchange, const core::Answer& answer, WatchKey key, Standing standing) {
  RiskWatch& risks = exchange.gateway.risks;
  if (const auto score = best_score(answer)) risks.scored(key, *score);
  const GivenAnswer given = given_answer(answer, std::move(key), standing, risks);
  const auto note = [&risks, &given] { return risks.given(given); };
  exchange.answer_id = co_await base::on_pool(exchange.gateway.pool, note);
}

answer::EarlierAnswers earlier_answers(const Exchange& exchange, const ChatCall& call) {
  return call.earlier_answers.value_or(exchange.gateway.options.earlier_answers);
}

Task<std::optional<answer::HeldToEarlier>> hold_to_conversation(Exchange& exchange, const ChatCall& call,
                                                                std::string text, text::Language language,
                                                                core::Answer& given) {
  const auto how = earlier_answers(exchange, call);
  if (how == answer::EarlierAnswers::off || given.outcome != core::Outcome::answered) co_return std::nullopt;
  const auto hold = [&] {
    auto held = answer::hold_to_earlier(call.request.messages, given.question, text, language);
    answer::act_on(held, how, language, given);
    return held;
  };
  auto held = co_await base::on_pool(exchange.gateway.pool, hold);
  co_return std::optional<answer::HeldToEarlier>(std::move(held));
}

Task<tl::expected<Answered, ApiError>> answer_question(Exchange& exchange, Asking asking,
                                                       core::Trace& trace) {
  using Out = tl::expected<Answered, ApiError>;
  auto spending = Spending::reserve(exchange, asking.model ? expected_usage(asking) : model::Usage());
  if (!spending) co_return Out(tl::unexpected<ApiError>(spending.error()));
  const auto material =
      co_await base::on_pool(exchange.gateway.pool, [&asking, &exchange] { return open(asking, exchange); });
  if (!material) co_return Out(tl::unexpected<ApiError>(no_knowledge(asking, material.error())));
  auto& policy = asking.options.policy;
  RiskWatch& risks = exchange.gateway.risks;
  const double wanted = policy.risk;
  const WatchKey key = watch_key(asking.knowledge, asking.model, policy);
  const Standing standing = risks.standing(key);
  hold_to(policy, standing);
  const answer::Answerer answerer(asking.options, {asking.model, &exchange.gateway.pool});
  auto answer = co_await answerer.answer(asking.question, material->get(), trace);
  exchange.scope.stages(trace);
  if (!answer) {
    ApiError error = api_error(answer.error());
    error.status = error.status == 504 ? 504 : 500;
    co_return Out(tl::unexpected<ApiError>(std::move(error)));
  }
  const core::Cost& cost = answer->cost;
  if (cost.model_drafts > 0) {
    const model::Usage usage{cost.prompt_tokens, cost.completion_tokens, cost.money};
    spending->used(usage);
    exchange.scope.usage(usage);
  }
  std::optional<answer::HeldToEarlier> held;
  if (asking.conversation) {
    std::string text = text_of(*answer);
    held = co_await hold_to_conversation(exchange, *asking.conversation, std::move(text), policy.language,
                                         *answer);
  }
  hold_back(*answer, key, wanted, policy.language, risks);
  exchange.scope.answer(*answer);
  WatchKey own = key;
  co_await enter(exchange, *answer, std::move(own), standing);
  Answered out{std::move(*answer), std::move(held)};
  co_return Out(std::move(out));
}

}  // namespace genkai::serve
