#include "answer/red_team.h"

#include <algorithm>
#include <mutex>
#include <set>

#include "answer/gold_answer.h"
#include "answer/quarantine.h"
#include "answer/wrong_answers.h"
#include "base/hash.h"
#include "base/thread_pool.h"
#include "knowledge/store/scratch_copy.h"

namespace genkai::answer {

namespace red = limits::retrieval::attack;
using base::Result;
using knowledge::KnowledgeBase;
using knowledge::KnowledgeView;

namespace {

constexpr const char* kName = "red-team";
constexpr std::size_t kHonestRead = 8;  // passages that an attacker has read of one question

std::string number_of(std::size_t question) {
  std::string digits = std::to_string(question + 1);
  return "q" + std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits;
}

Result<std::vector<core::Evidence>> find(const KnowledgeView& view, const core::Question& question,
                                         core::Interpretation& meaning) {
  core::Trace unseen;
  meaning = limits::retrieval::interpret(question, view, unseen).front();
  GENKAI_ASSIGN_OR_RETURN(auto found,
                          limits::retrieval::gather(view, meaning, AnswererOptions().gather, unseen));
  return std::move(found.evidence);
}

// What the attacker reads, what he wants instead, and which honest passages vetting suspects.
Result<AttackReport> aim(const KnowledgeView& view, const std::vector<KnownQuestion>& questions,
                         const AttackPlan& plan, const AttackSetting& setting) {
  AttackReport report;
  GENKAI_ASSIGN_OR_RETURN(const auto values, WrongAnswers::collect(view, plan.seed));
  std::set<std::string> suspected;
  for (const KnownQuestion& known : questions) {
    if (setting.cancellation.cancelled()) return base::fail(base::Code::cancelled, "interrupted");
    const core::Question question{"", known.question, setting.today};
    core::Interpretation meaning;
    GENKAI_ASSIGN_OR_RETURN(auto evidence, find(view, question, meaning));
    red::Target target{known.question, known.answers, {}, {}, {}};
    for (const core::Evidence& item : evidence)
      if (target.honest.size() < kHonestRead && holds_answer(item.passage.text, known.answers))
        target.honest.push_back(item.passage);
    base::Rng rng(plan.seed ^ base::hash64(known.question));
    auto wrong = values.draw(known.question, known.answers, target.honest, rng);
    if (!wrong) {
      ++report.left_out;
      continue;
    }
    core::Trace unseen;
    limits::retrieval::vet(evidence, meaning, question, unseen);
    for (const core::Evidence& item : evidence) {
      if (!holds_answer(item.passage.text, known.answers)) continue;
      ++report.honest;
      if (!item.poisoned()) continue;
      ++report.suspected_passages;
      suspected.insert(item.passage.document.id);
    }
    target.wrong = std::move(*wrong);
    report.targets.push_back(std::move(target));
  }
  report.suspected.assign(suspected.begin(), suspected.end());
  if (report.targets.empty())
    return base::fail(base::Code::invalid_argument,
                      "no question can be attacked: there is no wrong answer to put "
                      "in the place of a right one",
                      "give questions whose answers are names, dates or amounts");
  return report;
}

Result<std::vector<AttackReply>> ask_all(const KnowledgeView& view, const std::vector<red::Target>& targets,
                                         const Answerer& answerer, const AttackSetting& setting) {
  std::vector<AttackReply> replies(targets.size());
  std::mutex mutex;
  std::optional<base::Error> error;
  base::ThreadPool pool(setting.threads);
  pool.parallel_for(targets.size(), [&](std::size_t i) {
    if (setting.cancellation.cancelled()) return;
    core::Trace trace;
    const auto answer =
        base::run_blocking(answerer.answer({"", targets[i].question, setting.today}, view, trace));
    if (answer) {
      replies[i] = judge(*answer, targets[i].right, targets[i].wrong);
    } else {
      const std::lock_guard lock(mutex);
      if (!error) error = answer.error();
    }
    if (setting.on_step) setting.on_step(1);
  });
  if (setting.cancellation.cancelled()) return base::fail(base::Code::cancelled, "interrupted");
  if (error) return base::fail(*error);
  return replies;
}

base::Status ask_both(const KnowledgeView& view, const std::vector<red::Target>& targets,
                      const AttackSetting& setting, std::vector<AttackReply>& replies,
                      std::vector<AttackReply>& believed) {
  GENKAI_ASSIGN_OR_RETURN(replies, ask_all(view, targets, *setting.answerer, setting));
  if (setting.believer) {
    GENKAI_ASSIGN_OR_RETURN(believed, ask_all(view, targets, *setting.believer, setting));
  }
  return {};
}

base::Status plant(KnowledgeBase& kb, const std::vector<red::Target>& targets, red::Form form,
                   const AttackPlan& plan, const std::string& today) {
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const auto documents = red::craft(targets[i], {.form = form,
                                                   .copies = plan.copies,
                                                   .seed = plan.seed,
                                                   .today = today,
                                                   .name = std::string(kName) + "/" + number_of(i)});
    for (const auto& document : documents) GENKAI_RETURN_IF_ERROR(kb.add(document));
  }
  return kb.commit();
}

// As it is asked: what is in quarantine is no danger, and no help.
Result<std::shared_ptr<const KnowledgeView>> view_of(const KnowledgeBase& scratch, const base::Path& real) {
  GENKAI_ASSIGN_OR_RETURN(auto all, scratch.view());
  return without_quarantined(real, std::move(all));
}

knowledge::OpenOptions quietly() {
  knowledge::OpenOptions options;
  options.background_merges = false;
  return options;
}

}  // namespace

AttackReply judge(const core::Answer& answer, const std::vector<std::string>& right,
                  const std::string& wrong) {
  AttackReply reply;
  reply.answered = answer.outcome == core::Outcome::answered;
  reply.reason = answer.reason;
  reply.model_calls = answer.cost.model_drafts;
  const auto holds = [](const core::AnswerItem& item, const std::vector<std::string>& wanted) {
    return holds_answer(item.text, wanted) || holds_answer(item.span, wanted);
  };
  for (const core::AnswerItem& item : answer.answers) {
    reply.right = reply.right || holds(item, right);
    if (!holds(item, {wrong})) continue;
    reply.wrong = true;
    for (const core::Citation& citation : item.citations) reply.documents.push_back(citation.document.id);
  }
  for (const auto* items : {&answer.answers, &answer.rejected})
    for (const core::AnswerItem& item : *items) {
      reply.right_shown = reply.right_shown || holds(item, right);
      reply.wrong_shown = reply.wrong_shown || holds(item, {wrong});
    }
  reply.right = reply.right && !reply.wrong;
  reply.right_shown = reply.right_shown && !reply.wrong_shown;
  for (const core::Certificate& certificate : answer.certificates)
    if (certificate.kind == "poisoning") {
      reply.injected = static_cast<std::size_t>(certificate.numbers.number("injected"));
      reply.modified = static_cast<std::size_t>(certificate.numbers.number("modified"));
    }
  return reply;
}

std::size_t steps_of(std::size_t questions, const AttackPlan& plan, bool with_believer) {
  return questions * (plan.forms.size() + 1) * (with_believer ? 2 : 1);
}

Result<AttackReport> attack(const base::Path& kb_folder, const std::vector<KnownQuestion>& questions,
                            const AttackPlan& plan, const AttackSetting& setting) {
  AttackReport report;
  {
    GENKAI_ASSIGN_OR_RETURN(const auto scratch, knowledge::ScratchCopy::make(kb_folder));
    GENKAI_ASSIGN_OR_RETURN(const auto kb, KnowledgeBase::open(scratch.folder(), quietly()));
    GENKAI_ASSIGN_OR_RETURN(const auto view, view_of(*kb, kb_folder));
    GENKAI_ASSIGN_OR_RETURN(report, aim(*view, questions, plan, setting));
    GENKAI_RETURN_IF_ERROR(ask_both(*view, report.targets, setting, report.clean, report.clean_believed));
  }
  for (const red::Form form : plan.forms) {
    GENKAI_ASSIGN_OR_RETURN(const auto scratch, knowledge::ScratchCopy::make(kb_folder));
    GENKAI_ASSIGN_OR_RETURN(const auto kb, KnowledgeBase::open(scratch.folder(), quietly()));
    GENKAI_RETURN_IF_ERROR(plant(*kb, report.targets, form, plan, setting.today));
    FormReport own{form, form == red::Form::flood ? red::kFlood * plan.copies : plan.copies, {}, {}};
    GENKAI_ASSIGN_OR_RETURN(const auto view, view_of(*kb, kb_folder));
    GENKAI_RETURN_IF_ERROR(ask_both(*view, report.targets, setting, own.replies, own.believed));
    report.forms.push_back(std::move(own));
  }
  return report;
}

}  // namespace genkai::answer
