#include "answer/confirm.h"

#include <algorithm>
#include <string>
#include <utility>

#include "limits/hallucination/agreement.h"
#include "limits/hallucination/messages.h"
#include "limits/retrieval/subjects.h"

namespace genkai::answer {
namespace {

using core::Answer;
using core::Draft;
using core::Outcome;
using core::Reason;
using limits::hallucination::same_answer;
using limits::retrieval::Withstands;

core::Certificate certificate_of(const Withstands& safe, const Hearing& hearing,
                                 const ConfirmOptions& options, const ConfirmMaterial& material) {
  const std::size_t n = hearing.ballot.says.size();
  core::Certificate certificate;
  certificate.kind = "poisoning";
  const auto number = [](std::size_t count) { return std::to_string(count); };
  certificate.statement =
      (safe.modified_replaced > 0
           ? "up to " + number(safe.modified_replaced) +
                 " of the passages found may be planted, and no other answer would have been given without "
                 "them"
           : std::string(
                 "if one of the passages found is planted, another answer may have been given without it")) +
      "; adding " +
      (safe.injected_replaced > 0
           ? "up to " + number(safe.injected_replaced) + " passages could not put another in its place"
           : "one passage could put another in its place") +
      (safe.injected_unchanged > 0
           ? ", and more than " + number(safe.injected_unchanged) + " would have it withheld"
           : ", though one could have it withheld");
  certificate.assumptions = {
      "what an honest passage says when it is read alone does not depend on what is planted, and honest "
      "passages keep "
      "their order",
      "no planted passage carries the name of an honest source together with a later date",
      "a planted passage that gives the question's name to something else may have its answer put beside "
      "this one"};
  if (material.by_model)
    certificate.assumptions.push_back(
        "the language model finds the answer in each passage that bears it out when it is shown that passage "
        "alone");
  certificate.numbers = base::Json::object({{"injected", safe.injected_replaced},
                                            {"injected_unchanged", safe.injected_unchanged},
                                            {"modified", safe.modified_replaced},
                                            {"modified_unchanged", safe.modified_unchanged},
                                            {"witnesses", limits::retrieval::witnesses(hearing.ballot, 0, n)},
                                            {"against", limits::retrieval::witnesses(hearing.ballot, 1, n)},
                                            {"passages", n},
                                            {"places", material.capacity},
                                            {"heard_at", options.least}});
  return certificate;
}

core::Certificate nothing_to_count(const ConfirmMaterial& material) {
  core::Certificate certificate;
  certificate.kind = "poisoning";
  certificate.statement =
      "one planted passage could have changed this answer: answers of this kind cannot be counted";
  certificate.numbers = base::Json::object({{"injected", 0},
                                            {"injected_unchanged", 0},
                                            {"modified", 0},
                                            {"modified_unchanged", 0},
                                            {"passages", material.evidence.size()}});
  return certificate;
}

std::string value_of(const Draft& draft) {
  return draft.span.empty() ? draft.value : draft.span;
}

void withhold(Answer& answer, Reason reason, const std::string& detail, text::Language language) {
  answer.outcome = Outcome::abstained;
  answer.reason = reason;
  answer.message = limits::hallucination::message_for(reason, language, detail);
  answer.rejected = {std::move(answer.answers.front())};
  answer.answers.clear();
  answer.certificates.clear();
}

void contradict(Answer& answer, const ConfirmMaterial& material, const Testimonies& testimonies,
                const std::vector<std::size_t>& against, text::Language language) {
  withhold(answer, Reason::conflicting_evidence, "", language);
  core::Conflict conflict{material.meaning.text, {{value_of(material.draft), material.draft.citations}}};
  for (const std::size_t place : against)
    conflict.sides.push_back({value_of(testimonies[place]), testimonies[place].citations});
  answer.conflicts = {std::move(conflict)};
}

std::string reading_of(const core::Interpretation& meaning, const std::string& label) {
  return label.empty() ? meaning.text : meaning.text + " [" + label + "]";
}

core::AnswerItem item_of(const Draft& draft, const std::string& reading) {
  return {draft.text, draft.span, draft.probability, reading, draft.citations};
}

// Passages about something else neither bear the answer out nor contradict it.
void leave_out(const std::vector<Reading>& readings, Hearing& hearing) {
  for (const Reading& reading : readings) {
    if (reading.own) continue;
    for (const std::size_t place : reading.members) {
      hearing.ballot.says[place] = hearing.strict.says[place] = limits::retrieval::kAbstains;
      std::erase(hearing.against, place);
    }
  }
}

// The model, which drafted, heard nothing in them when it was shown each alone.
void leave_out(const std::set<std::size_t>& silent, Hearing& hearing) {
  for (const std::size_t place : silent) {
    if (place >= hearing.ballot.says.size()) continue;
    hearing.ballot.says[place] = hearing.strict.says[place] = limits::retrieval::kAbstains;
    std::erase(hearing.against, place);
    std::erase(hearing.bearing_out, place);
  }
}

// Answers an abstention after all; false when what there is, is not sure enough.
bool reopen(Answer& answer, double threshold) {
  if (answer.rejected.empty() || answer.rejected.front().probability < threshold) return false;
  answer.outcome = Outcome::answered;
  answer.reason = Reason::none;
  answer.message.clear();
  answer.answers = std::exchange(answer.rejected, {});
  return true;
}

// What is not sure enough to be answered for each may be sure once it is said which is meant. Only things
// that the documents themselves tell apart are asked about.
void ask_which(Answer& answer, const std::vector<Reading>& readings, text::Language language) {
  std::vector<std::string> things;
  for (const Reading& reading : readings)
    if (reading.named && std::find(things.begin(), things.end(), reading.label) == things.end())
      things.push_back(reading.label);
  if (things.size() < 2) return;
  answer.outcome = Outcome::needs_clarification;
  answer.reason = Reason::ambiguous_question;
  answer.message = limits::hallucination::which_message(things, language);
}

// What is said of each subject; of the answer's own one, what most of its passages hold when `by_support`.
void answer_each(Answer& answer, const ConfirmMaterial& material, const Testimonies& testimonies,
                 const std::vector<Reading>& readings, bool by_support, text::Language language) {
  std::vector<const Draft*> given{&material.draft};
  for (const Reading& reading : readings) {
    const Draft& draft = testimonies[reading.place];
    if (!reading.own || !by_support || same_answer(draft, material.draft)) continue;
    given.front() = &draft;
    answer.answers.front() = item_of(draft, material.meaning.text);
    answer.certificates.clear();  // they were about the other one
  }
  for (const Reading& reading : readings) {
    const Draft& draft = testimonies[reading.place];
    if (reading.own) answer.answers.front().interpretation = reading_of(material.meaning, reading.label);
    if (reading.own ||
        std::any_of(given.begin(), given.end(), [&](const Draft* one) { return same_answer(*one, draft); }))
      continue;
    given.push_back(&draft);
    answer.answers.push_back(item_of(draft, reading_of(material.meaning, reading.label)));
  }
  if (given.size() > 1)
    answer.message = limits::hallucination::several_readings_message(language);
  else
    answer.answers.front().interpretation = material.meaning.text;
}

// The answer stands in nothing but documents that came in together to state it, and a passage that did not
// come in with them answers in other words. Yearly reports and sheets of one event come in together too: it
// takes both signs.
bool is_arranged(const ConfirmMaterial& material, const Testimonies& testimonies, const Hearing& hearing,
                 const ConfirmOptions& options) {
  const auto burst = [&](std::size_t place) {
    return place < material.evidence.size() && material.evidence[place].suspected(core::Suspicion::burst);
  };
  if (!burst(material.draft.evidence)) return false;
  if (!std::all_of(hearing.bearing_out.begin(), hearing.bearing_out.end(), burst)) return false;
  for (std::size_t place = 0; place < testimonies.size(); ++place)
    if (!burst(place) && testimonies[place].probability >= options.least &&
        !same_answer(testimonies[place], material.draft))
      return true;
  return false;
}

bool is_outvoted(const Hearing& hearing, const ConfirmOptions& options) {
  return !hearing.against.empty() && limits::retrieval::elect(hearing.ballot, options.rule) != 0;
}

}  // namespace

std::vector<std::size_t> confirm(Answer& answer, const ConfirmMaterial& material,
                                 const ConfirmOptions& options, text::Language language, core::Trace& trace) {
  const bool answered = answer.outcome == Outcome::answered;
  const bool torn = answer.outcome == Outcome::abstained && answer.reason == Reason::conflicting_evidence;
  const bool unsure = answer.outcome == Outcome::abstained && answer.reason == Reason::low_confidence;
  if (!options.isolate || (!answered && !torn && !unsure)) return {};
  if (unsure && (!options.readings || limits::retrieval::name_in(material.meaning).empty())) return {};
  const Testimonies testimonies = read_alone(material.meaning, material.evidence, material.embedder, trace);
  auto stage = trace.stage("confirm");
  Hearing hearing = hear(material.draft, testimonies, material.evidence, options.least, material.capacity);
  std::vector<Reading> readings;
  if (options.readings)
    readings = readings_of(material.meaning, material.evidence, testimonies, material.draft.evidence,
                           material.idf, *options.readings);
  leave_out(readings, hearing);
  leave_out(material.silent, hearing);
  if (material.draft.computed)
    hearing.against.clear();  // no passage alone says what is computed from several
  const bool several =
      std::any_of(readings.begin(), readings.end(), [](const Reading& one) { return !one.own; });
  stage.counts(testimonies.size(), hearing.bearing_out.size() + hearing.against.size());
  stage.note("bear it out", std::to_string(hearing.bearing_out.size()));
  stage.note("say otherwise", std::to_string(hearing.against.size()));
  if (!material.silent.empty())
    stage.note("say nothing to the model", std::to_string(material.silent.size()));
  if (several) stage.note("readings", std::to_string(readings.size()));

  if (answered && !options.by_support && is_arranged(material, testimonies, hearing, options)) {
    withhold(answer, Reason::suspected_poisoning, material.draft.citations.front().document.id, language);
    return {};
  }
  if (!unsure && !options.by_support && is_outvoted(hearing, options)) {
    if (!answered) return {};
    contradict(answer, material, testimonies, hearing.against, language);
    return hearing.against;
  }
  const bool reopens = torn && options.reopen && (several || options.by_support);
  if (!answered && !(reopens && reopen(answer, material.threshold))) {
    ask_which(answer, readings, language);
    return {};
  }
  if (torn && several) answer.conflicts.clear();
  answer_each(answer, material, testimonies, readings, options.by_support, language);
  if (torn) return {};
  const bool counted = !material.draft.computed && answers_in_kind(material.draft, material.meaning);
  if (!counted) {
    answer.certificates.push_back(nothing_to_count(material));
    return {};
  }
  const Withstands safe = !several && !options.by_support
                              ? limits::retrieval::withstands(hearing.strict, options.rule)
                              : Withstands{};
  answer.certificates.push_back(certificate_of(safe, hearing, options, material));
  return {};
}

}  // namespace genkai::answer
