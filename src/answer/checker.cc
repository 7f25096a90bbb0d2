#include "answer/checker.h"

#include <algorithm>
#include <string>

#include "answer/conversation.h"
#include "answer/documents.h"
#include "answer/draft_value.h"
#include "answer/on_cpu.h"
#include "limits/hallucination/decision.h"
#include "limits/hallucination/messages.h"
#include "limits/reasoning/guard.h"
#include "text/question.h"
#include "text/refusal.h"
#include "text/text.h"

namespace genkai::answer {

using namespace limits;

namespace {

constexpr double kSampling = 0.7;   // temperature of the further samples of a request that asks for less
constexpr double kRounding = 1e-9;  // 4.5/5 carries a risk of 0.1

bool is_short_answer(text::AnswerType type) {
  using text::AnswerType;
  return type == AnswerType::person || type == AnswerType::date || type == AnswerType::place ||
         type == AnswerType::number || type == AnswerType::entity || type == AnswerType::yes_no;
}

// What the reply is held against.
struct Material {
  core::Interpretation meaning;
  std::vector<core::Evidence> evidence;
  std::size_t candidates = 0;
  bool checkable = false;
};

struct Samples {
  std::vector<model::Sample> all;
  model::Usage usage;
  std::string model;
};

// Further samples at the client's own temperature of 0 would all be the same and agree about anything: then
// only the first is drawn as asked.
base::Task<base::Result<Samples>> sample(model::LanguageModel& model, model::ChatRequest request,
                                         std::size_t count, const ModelsAfter& after, core::Trace& trace) {
  auto stage = trace.stage("ask");
  std::vector<model::ChatRequest> requests;
  request.samples = count;
  if (count > 1 && request.temperature.value_or(kSampling) < kSampling) {
    model::ChatRequest further = request;
    further.samples = count - 1;
    further.temperature = kSampling;
    request.samples = 1;
    requests.push_back(std::move(request));
    requests.push_back(std::move(further));
  } else {
    requests.push_back(std::move(request));
  }
  using Answered = base::Result<model::Completion>;
  std::vector<base::Task<Answered>> tasks;
  for (auto& each : requests) tasks.push_back(complete_structured(model, std::move(each), trace, after));
  std::vector<Answered> answered = co_await base::side_by_side(std::move(tasks));
  Samples samples;
  for (Answered& each : answered) {
    if (!each) co_return base::fail(std::move(each).error());
    samples.usage += each->usage;
    if (samples.model.empty()) samples.model = each->model.empty() ? model.name() : each->model;
    for (auto& own : each->samples) samples.all.push_back(std::move(own));
  }
  stage.counts(count, samples.all.size());
  stage.note("model", samples.model);
  co_return samples;
}

}  // namespace

base::Task<base::Result<CheckedReply>> Checker::check(model::ChatRequest request, core::Question question,
                                                      const knowledge::KnowledgeView* knowledge,
                                                      core::Trace& trace) const {
  const bool plain = request.tools.is_null() && request.response_schema.is_null();
  // What is asked, and what there is to hold the reply against.
  const auto prepare = [&]() -> base::Result<Material> {
    Conversation talk = read_conversation(request.messages, question.text);
    question.text = talk.question;
    GENKAI_ASSIGN_OR_RETURN(const OwnDocuments own, OwnDocuments::read(talk.documents));
    Material out;
    out.meaning = retrieval::interpret(question, *own.view, trace).front();
    out.checkable = plain && is_short_answer(out.meaning.focus.type);
    const auto look_into = [&](const knowledge::KnowledgeView& view) -> base::Status {
      const auto meaning = retrieval::interpret(question, view, trace).front();
      GENKAI_ASSIGN_OR_RETURN(auto found, retrieval::gather(view, meaning, options_.gather, trace));
      retrieval::vet(found.evidence, meaning, question, trace);
      out.candidates += found.candidates;
      for (auto& item : context::pack(std::move(found.evidence), meaning, options_.budget, trace))
        out.evidence.push_back(std::move(item));
      return {};
    };
    if (!talk.documents.items().empty()) GENKAI_RETURN_IF_ERROR(look_into(*own.view));
    if (knowledge) GENKAI_RETURN_IF_ERROR(look_into(*knowledge));
    return out;
  };
  GENKAI_CO_ASSIGN_OR_RETURN(const Material material, co_await on_cpu(parts_.pool, prepare));
  const std::size_t count = material.checkable ? std::max<std::size_t>(1, options_.samples) : 1;
  GENKAI_CO_ASSIGN_OR_RETURN(Samples samples,
                             co_await sample(*parts_.model, std::move(request), count, after_, trace));
  CheckedReply reply = co_await on_cpu(parts_.pool, [&] {
    return judge(question, material.meaning, material.evidence, material.checkable, samples.all,
                 samples.model, trace);
  });
  reply.usage = samples.usage;
  reply.model = samples.model;
  core::Cost& cost = reply.answer.cost;
  cost.passages_found = material.candidates;
  cost.passages_read = material.evidence.size();
  cost.model_drafts = samples.all.size();
  cost.prompt_tokens = samples.usage.prompt_tokens;
  cost.completion_tokens = samples.usage.completion_tokens;
  cost.money = samples.usage.money;
  cost.milliseconds = trace.milliseconds();
  co_return reply;
}

CheckedReply Checker::judge(const core::Question& question, const core::Interpretation& meaning,
                            const std::vector<core::Evidence>& evidence, bool checkable,
                            const std::vector<model::Sample>& samples, const std::string& model,
                            core::Trace& trace) const {
  CheckedReply reply;
  core::Answer& answer = reply.answer;
  answer.question_id = question.id;
  answer.question = question.text;
  answer.outcome = core::Outcome::answered;
  answer.reason = core::Reason::none;
  reply.sample = samples.front();
  const auto pass_on = [&](core::Draft draft) {
    core::AnswerItem item = hallucination::to_item(draft, meaning);
    item.probability = 0;
    item.basis = core::Basis::none;
    answer.answers.push_back(std::move(item));
  };
  const auto abstain = [&](core::Reason reason, std::string message, const core::Draft& draft) {
    answer.outcome = core::Outcome::abstained;
    answer.reason = reason;
    answer.message = std::move(message);
    answer.rejected.push_back(hallucination::to_item(draft, meaning));
  };

  // One draft a sample, each held against the evidence.
  const reasoning::Comparer comparer(evidence, meaning);
  std::vector<core::Draft> drafts;
  std::vector<std::vector<core::Conflict>> conflicts;
  for (const model::Sample& own : samples) {
    core::Draft draft;
    draft.text = own.text;
    draft.model = model;
    draft.agreeing = draft.drafts = 1;
    if (!own.tool_calls.is_null() && !own.tool_calls.items().empty()) {
      reply.sample = own;
      draft.claims.push_back(
          {"tool calls", core::Verdict::not_checkable, "calls of tools are passed on unchecked"});
      pass_on(std::move(draft));
      return reply;
    }
    set_value(draft, meaning.focus);
    const bool blank = own.text.find_first_not_of(" \t\r\n") == std::string::npos;
    if (checkable && (blank || text::says_unknown(own.text))) draft.stance = core::Stance::abstains;
    auto compared = comparer.compare(own.text, trace);
    draft.supported = !compared.contradicted();
    draft.claims = std::move(compared.claims);
    draft.citations = std::move(compared.citations);
    conflicts.push_back(std::move(compared.conflicts));
    drafts.push_back(std::move(draft));
  }

  const auto place_of = [&](const core::Draft& draft) {
    return static_cast<std::size_t>(
        std::find_if(samples.begin(), samples.end(),
                     [&](const model::Sample& own) { return own.text == draft.text; }) -
        samples.begin());
  };
  const auto contradicted = [&](const core::Draft& draft) {
    if (draft.supported) return false;
    answer.conflicts = conflicts[place_of(draft)];
    abstain(core::Reason::conflicting_evidence,
            hallucination::disagreement_message(hallucination::Disagreement::with_sources, draft.agreeing,
                                                draft.drafts, options_.policy.language),
            draft);
    return true;
  };
  if (!checkable) {
    if (!contradicted(drafts.front())) pass_on(std::move(drafts.front()));
    return reply;
  }
  const auto agreement = hallucination::agree(drafts, trace);
  auto stage = trace.stage("decide");
  if (agreement.mostly_abstained() || agreement.answers.empty()) {
    const auto silent = std::find_if(drafts.begin(), drafts.end(), [](const core::Draft& draft) {
      return draft.stance == core::Stance::abstains;
    });
    reply.sample = samples[place_of(*silent)];
    abstain(
        core::Reason::insufficient_evidence,
        hallucination::disagreement_message(hallucination::Disagreement::does_not_know, agreement.abstained,
                                            agreement.drafts, options_.policy.language),
        *silent);
    return reply;
  }
  const core::Draft& most = agreement.answers.front();
  reply.sample = samples[place_of(most)];
  if (contradicted(most)) return reply;
  if (most.probability < 1 - options_.policy.risk - kRounding) {
    abstain(core::Reason::low_confidence,
            hallucination::disagreement_message(hallucination::Disagreement::among_drafts, most.agreeing,
                                                most.drafts, options_.policy.language),
            most);
    return reply;
  }
  answer.answers.push_back(hallucination::to_item(most, meaning));
  stage.note("answered", core::basis_of(answer.answers.front()));
  return reply;
}

}  // namespace genkai::answer
