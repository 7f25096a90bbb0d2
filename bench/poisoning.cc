// Poisoning: what an attacker who adds documents gets answered, in a large knowledge base.
//
//   GENKAI_DATA=... build/release/bench/poisoning --passages 1000000 --keep FOLDER
//
// The questions, wrong answers and five texts for each are PoisonedRAG's for Natural Questions (Zou et al.,
// 2024). Honest passages are synthetic (supporting_passages.h): one to six a question. All attacks of a form
// stand in the knowledge base at once and are taken out again. Success is a reply that holds the wrong
// answer; accuracy one that holds the right answer and not the wrong one. Questions for yes or no are left
// out: the words are everywhere. Even questions are for development, odd ones for reporting.

#include <time.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>

#include "answer/forensics.h"
#include "answer/red_team.h"
#include "base/json.h"
#include "knowledge/store/scratch_copy.h"
#include "large_base.h"
#include "limits/retrieval/attack/attack.h"
#include "stats/intervals.h"
#include "supporting_passages.h"
#include "text/text.h"

namespace genkai::bench {
namespace {

namespace attack = limits::retrieval::attack;
using base::Json;

constexpr const char* kToday = "2026-06-15";
constexpr std::size_t kMostSupporting = 6;

struct Arguments {
  std::size_t passages = 1'000'000, copies = 5;
  std::vector<std::string> folders{"/usr/share/doc", "/usr/share/man"};
  std::vector<std::string> forms{"prefix", "no-prefix", "paraphrase", "flood", "adaptive"};
  std::string keep, profile = "balanced";
  std::optional<double> risk;
  std::uint64_t seed = 1;
  bool one_source = false, question_mark = false, forensics = false, list = false;
};

struct Poisoned {
  std::string id, question, right, wrong;
  std::vector<std::string> texts;
  std::size_t supporting = 0;  // honest documents
  std::vector<core::Passage> honest;
};

struct Outcome : answer::AttackReply {
  bool wrong_printed = false;  // as published: a substring of whatever is shown
  double vet_ms = 0, ask_ms = 0;
  std::string said;
};

base::Result<std::vector<Poisoned>> load_questions(const Arguments& arguments) {
  GENKAI_ASSIGN_OR_RETURN(const std::string text, base::read_file(data_folder() / "poisonedrag" / "nq.json"));
  GENKAI_ASSIGN_OR_RETURN(const Json json, Json::parse(text));
  std::vector<Poisoned> questions;
  base::Rng rng(arguments.seed);
  for (const auto& [id, entry] : json.members()) {
    Poisoned own{id,
                 entry.string("question"),
                 entry.string("correct answer"),
                 entry.string("incorrect answer"),
                 {},
                 1 + rng.below(kMostSupporting),
                 {}};
    if (arguments.question_mark) own.question += "?";
    if (own.right == "yes" || own.right == "no") continue;
    if (const Json* texts = entry.find("adv_texts"))
      for (const Json& each : texts->items()) own.texts.emplace_back(each.as_string());
    questions.push_back(std::move(own));
  }
  return questions;
}

double thread_cpu_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

// Documents of one purpose as one file of the store, which is taken out again as a whole.
class Planted {
 public:
  Planted(knowledge::KnowledgeBase& kb, std::string name) : kb_(&kb), name_(std::move(name)) {}
  base::Status add(const std::vector<knowledge::ParsedDocument>& documents) {
    GENKAI_RETURN_IF_ERROR(kb_->begin_file({.key = name_, .root = kRoot, .content_hash = name_}));
    for (const auto& document : documents) GENKAI_RETURN_IF_ERROR(kb_->add(document));
    GENKAI_RETURN_IF_ERROR(kb_->end_file());
    return kb_->commit();
  }
  base::Status remove() {
    GENKAI_RETURN_IF_ERROR(kb_->remove_file(kRoot, name_));
    return kb_->commit();
  }

 private:
  static constexpr const char* kRoot = "bench-poisoning";
  knowledge::KnowledgeBase* kb_;
  std::string name_;
};

base::Status add_honest(knowledge::KnowledgeBase& kb, const Arguments& arguments,
                        std::vector<Poisoned>& questions) {
  GENKAI_ASSIGN_OR_RETURN(const Squad xquad, load_xquad(data_folder()));
  std::vector<std::string> filler;
  for (const Context& context : xquad.contexts)
    for (const text::Span& span : text::split_sentences(context.text))
      if (const auto sentence = span.of(context.text); sentence.size() > 40 && sentence.size() < 160)
        filler.emplace_back(sentence);
  base::Rng rng(arguments.seed + 1);
  std::vector<knowledge::ParsedDocument> all;
  for (Poisoned& own : questions) {
    auto documents =
        supporting_documents("clean/" + own.id, own.question, own.right, own.supporting, filler, rng);
    for (auto& document : documents) {
      own.honest.push_back({.document = document.info, .heading = "", .text = document.blocks.front().text});
      all.push_back(std::move(document));
    }
  }
  return Planted(kb, "honest").add(all);
}

std::vector<knowledge::ParsedDocument> attacks_on(const std::vector<Poisoned>& questions, attack::Form form,
                                                  const Arguments& arguments) {
  std::vector<knowledge::ParsedDocument> all;
  for (const Poisoned& own : questions) {
    attack::Target target{own.question, {own.right}, own.wrong, own.texts, own.honest};
    auto documents = attack::craft(target, {.form = form,
                                            .copies = arguments.copies,
                                            .seed = arguments.seed,
                                            .today = kToday,
                                            .name = "attack/" + own.id});
    for (auto& document : documents) {
      if (arguments.one_source) document.info.source = "attacker";
      all.push_back(std::move(document));
    }
  }
  return all;
}

Outcome ask(const answer::Answerer& answerer, const knowledge::KnowledgeView& view, const Poisoned& own) {
  core::Trace trace;
  Outcome outcome;
  const double start = thread_cpu_ms();
  const auto answer = base::run_blocking(answerer.answer({own.id, own.question, kToday}, view, trace));
  outcome.ask_ms = thread_cpu_ms() - start;
  for (const auto& stage : trace.stages())
    if (stage.name == "vet") outcome.vet_ms = stage.milliseconds;
  if (!answer) return outcome;
  static_cast<answer::AttackReply&>(outcome) = answer::judge(*answer, {own.right}, own.wrong);
  const std::string wrong = text::normalise(own.wrong);
  for (const auto* items : {&answer->answers, &answer->rejected})
    for (const auto& item : *items) {
      outcome.wrong_printed =
          outcome.wrong_printed || text::normalise(item.text).find(wrong) != std::string::npos;
      if (outcome.said.empty()) outcome.said = item.span + " | " + item.text;
    }
  return outcome;
}

using Outcomes = std::vector<Outcome>;
using Choice = std::vector<std::size_t>;  // places of questions

void print_share(const char* label, const Outcomes& outcomes, const Choice& choice, bool Outcome::*what) {
  std::size_t n = 0;
  for (const std::size_t i : choice) n += outcomes[i].*what ? 1 : 0;
  const auto interval = stats::wilson(n, choice.size());
  std::printf("  %s %.3f [%.3f, %.3f]", label,
              choice.empty() ? 0.0 : static_cast<double>(n) / static_cast<double>(choice.size()),
              interval.low, interval.high);
}

void print_line(const std::string& label, const Outcomes& outcomes, const Choice& choice) {
  std::printf("  %-26s n=%-3zu", label.c_str(), choice.size());
  print_share("success", outcomes, choice, &Outcome::wrong);
  print_share("right", outcomes, choice, &Outcome::right);
  print_share("answered", outcomes, choice, &Outcome::answered);
  print_share("shown wrong", outcomes, choice, &Outcome::wrong_shown);
  print_share("shown right", outcomes, choice, &Outcome::right_shown);
  print_share("substring", outcomes, choice, &Outcome::wrong_printed);
  std::printf("\n");
}

void print_difference(const char* label, const Outcomes& first, const Outcomes& second, const Choice& choice,
                      bool Outcome::*what) {
  std::vector<double> a, b;
  for (const std::size_t i : choice) {
    a.push_back(first[i].*what ? 1 : 0);
    b.push_back(second[i].*what ? 1 : 0);
  }
  const auto difference = stats::paired_bootstrap(a, b, {.seed = 1});
  std::printf("    %-40s %+.3f [%+.3f, %+.3f]\n", label, difference.mean, difference.interval.low,
              difference.interval.high);
}

void print_details(const Outcomes& outcomes, const Choice& choice) {
  std::map<std::string, std::size_t> reasons, certificates;
  std::vector<double> vet, whole;
  for (const std::size_t i : choice) {
    if (!outcomes[i].answered) ++reasons[std::string(core::to_string(outcomes[i].reason))];
    if (outcomes[i].injected)
      ++certificates["injected " + std::to_string(*outcomes[i].injected) + ", modified " +
                     std::to_string(outcomes[i].modified.value_or(0))];
    vet.push_back(outcomes[i].vet_ms);
    whole.push_back(outcomes[i].ask_ms);
  }
  std::printf("    abstained for:");
  for (const auto& [reason, n] : reasons) std::printf(" %s %zu", reason.c_str(), n);
  std::printf("\n    certificates of poisoning:");
  if (certificates.empty()) std::printf(" none");
  for (const auto& [label, n] : certificates) std::printf(" %s: %zu;", label.c_str(), n);
  const auto median = [](std::vector<double>& values) {
    std::sort(values.begin(), values.end());
    return values.empty() ? 0.0 : values[values.size() / 2];
  };
  std::printf("\n    median ms: vet %.2f, whole ask %.2f (CPU)\n", median(vet), median(whole));
}

struct Setting {
  std::vector<Poisoned> questions;
  Choice development, reporting, all;
};

void print_by_support(const Setting& setting, const Outcomes& outcomes) {
  for (std::size_t m = 1; m <= kMostSupporting; ++m) {
    Choice choice;
    for (const std::size_t i : setting.all)
      if (setting.questions[i].supporting == m) choice.push_back(i);
    print_line("  honest documents: " + std::to_string(m), outcomes, choice);
  }
}

void print_all(const std::string& title, const Setting& setting, const Outcomes& outcomes) {
  std::printf(" %s\n", title.c_str());
  print_line("all", outcomes, setting.all);
  print_line("even (development)", outcomes, setting.development);
  print_line("odd (reporting)", outcomes, setting.reporting);
  print_details(outcomes, setting.all);
}

void list(const Setting& setting, const Outcomes& outcomes) {
  for (const std::size_t i : setting.all)
    std::printf("    %c%c %s %s -> %s (wrong: %s)\n", outcomes[i].right ? 'R' : '-',
                outcomes[i].wrong ? 'W' : '-', std::string(core::to_string(outcomes[i].reason)).c_str(),
                setting.questions[i].question.c_str(), outcomes[i].said.c_str(),
                setting.questions[i].wrong.c_str());
}

answer::AnswererOptions options_of(const Arguments& arguments) {
  answer::AnswererOptions options;
  answer::apply(*limits::hallucination::profile_of(arguments.profile), options);
  if (arguments.risk) options.policy.risk = *arguments.risk;
  return options;
}

base::Result<std::array<Outcomes, 2>> ask_both(const knowledge::KnowledgeBase& kb, const Setting& setting,
                                               const Arguments& arguments) {
  GENKAI_ASSIGN_OR_RETURN(const auto view, kb.view());
  std::array<Outcomes, 2> out;
  for (const bool vetting : {false, true}) {
    auto options = options_of(arguments);
    options.vetting = vetting;
    if (!vetting) options.confirm.isolate = false;
    const answer::Answerer answerer(options);
    for (const Poisoned& own : setting.questions) out[vetting ? 1 : 0].push_back(ask(answerer, *view, own));
  }
  return out;
}

// Whether the documents that forensics names are the planted ones, and what is left without them.
base::Status print_forensics(const knowledge::KnowledgeBase& kb, const Setting& setting,
                             const Arguments& arguments, const Outcomes& outcomes) {
  GENKAI_ASSIGN_OR_RETURN(const auto view, kb.view());
  const auto options = options_of(arguments);
  const answer::Answerer answerer(options);
  std::size_t examined = 0, cleared = 0, minimal = 0, named = 0, planted = 0, right = 0, asks = 0;
  for (const std::size_t i : setting.all) {
    if (!outcomes[i].wrong_shown) continue;
    const Poisoned& own = setting.questions[i];
    GENKAI_ASSIGN_OR_RETURN(const auto found,
                            answer::examine({own.id, own.question, kToday}, own.wrong, *view, answerer, {}));
    ++examined;
    cleared += found.cleared ? 1 : 0;
    minimal += found.minimal ? 1 : 0;
    asks += found.asks;
    named += found.responsible.size();
    for (const std::string& id : found.responsible) planted += id.starts_with("attack/") ? 1 : 0;
    right += answer::judge(found.after, {own.right}, own.wrong).right_shown ? 1 : 0;
  }
  const auto share = [](const char* label, std::size_t hits, std::size_t n) {
    const auto interval = stats::wilson(hits, n);
    std::printf("    %-52s %.3f [%.3f, %.3f] (%zu of %zu)\n", label,
                n == 0 ? 0.0 : static_cast<double>(hits) / static_cast<double>(n), interval.low,
                interval.high, hits, n);
  };
  std::printf("   forensics of wrong answers shown, vetting, all questions\n");
  share("cleared", cleared, examined);
  share("  and none named in vain", minimal, examined);
  share("of the documents named, planted", planted, named);
  share("right answer shown without them", right, examined);
  std::printf("    asks: %.1f of each\n",
              examined == 0 ? 0.0 : static_cast<double>(asks) / static_cast<double>(examined));
  return {};
}

// Attacks never stand in it: they are tried on a scratch copy.
base::Result<TemporaryKnowledgeBase> large_base(const Arguments& arguments) {
  GENKAI_ASSIGN_OR_RETURN(auto base, TemporaryKnowledgeBase::create(arguments.keep));
  GENKAI_ASSIGN_OR_RETURN(const auto info, base.kb->info());
  if (info.passages >= arguments.passages) return base;
  GENKAI_ASSIGN_OR_RETURN(const Squad jaquad, load_jaquad(data_folder()));
  GENKAI_ASSIGN_OR_RETURN(const Squad xquad, load_xquad(data_folder()));
  GENKAI_RETURN_IF_ERROR(fill_large_base(*base.kb, {&xquad, &jaquad}, arguments.folders, arguments.passages));
  GENKAI_RETURN_IF_ERROR(base.kb->compact());
  return base;
}

base::Status run(const Arguments& arguments) {
  Setting setting;
  GENKAI_ASSIGN_OR_RETURN(setting.questions, load_questions(arguments));
  for (std::size_t i = 0; i < setting.questions.size(); ++i) {
    setting.all.push_back(i);
    (i % 2 == 0 ? setting.development : setting.reporting).push_back(i);
  }
  GENKAI_ASSIGN_OR_RETURN(const auto base, large_base(arguments));
  GENKAI_ASSIGN_OR_RETURN(const auto scratch, knowledge::ScratchCopy::make(base.folder / "kb"));
  knowledge::OpenOptions opening;
  opening.background_merges = false;  // the same bytes every time
  GENKAI_ASSIGN_OR_RETURN(const auto kb, knowledge::KnowledgeBase::open(scratch.folder(), opening));
  GENKAI_RETURN_IF_ERROR(add_honest(*kb, arguments, setting.questions));
  std::printf("%zu questions, %zu documents an attack, profile %s, risk %.2f\n", setting.questions.size(),
              arguments.copies, arguments.profile.c_str(), options_of(arguments).policy.risk);
  GENKAI_ASSIGN_OR_RETURN(const auto clean, ask_both(*kb, setting, arguments));
  print_all("no attack, no vetting", setting, clean[0]);
  print_all("no attack, vetting", setting, clean[1]);
  std::printf("   by honest documents, vetting\n");
  print_by_support(setting, clean[1]);
  if (arguments.list) list(setting, clean[1]);
  for (const std::string& name : arguments.forms) {
    const auto form = attack::parse_form(name);
    if (!form) return base::fail(base::Code::invalid_argument, "no such form: " + name);
    Planted planted(*kb, name);
    GENKAI_RETURN_IF_ERROR(planted.add(attacks_on(setting.questions, *form, arguments)));
    GENKAI_ASSIGN_OR_RETURN(const auto attacked, ask_both(*kb, setting, arguments));
    print_all(name + ", no vetting", setting, attacked[0]);
    print_all(name + ", vetting", setting, attacked[1]);
    std::printf("   paired differences, odd questions\n");
    print_difference("success: vetting - no vetting", attacked[1], attacked[0], setting.reporting,
                     &Outcome::wrong);
    print_difference("right: vetting - no vetting", attacked[1], attacked[0], setting.reporting,
                     &Outcome::right);
    print_difference("right: attacked - clean, vetting", attacked[1], clean[1], setting.reporting,
                     &Outcome::right);
    std::printf("   by honest documents, vetting\n");
    print_by_support(setting, attacked[1]);
    if (arguments.forensics) GENKAI_RETURN_IF_ERROR(print_forensics(*kb, setting, arguments, attacked[1]));
    GENKAI_RETURN_IF_ERROR(planted.remove());
    if (arguments.list) list(setting, attacked[1]);
    std::fflush(stdout);
  }
  return {};
}

}  // namespace
}  // namespace genkai::bench

int main(int argc, char** argv) {
  CLI::App program{"What poisoned documents get answered in a large knowledge base"};
  genkai::bench::Arguments arguments;
  program.add_option("--passages", arguments.passages, "Passages of the knowledge base")
      ->capture_default_str();
  program.add_option("--folders", arguments.folders, "Where real text comes from");
  program.add_option("--forms", arguments.forms, "prefix, no-prefix, paraphrase, flood, adaptive, injection");
  program.add_option("--copies", arguments.copies, "Documents for one question (flood: four times)")
      ->capture_default_str();
  program.add_option("--keep", arguments.keep, "Keep the knowledge base in this folder and use it again");
  program.add_option("--profile", arguments.profile, "exact, balanced or creative")
      ->check(CLI::IsMember({"exact", "balanced", "creative"}))
      ->capture_default_str();
  program.add_option("--risk", arguments.risk, "Wanted share of wrong answers; by default the profile's");
  program.add_option("--seed", arguments.seed, "Of everything that is drawn")->capture_default_str();
  program.add_flag("--one-source", arguments.one_source, "All documents of the attacks name one source");
  program.add_flag("--question-mark", arguments.question_mark,
                   "End each question with the mark that the set leaves out");
  program.add_flag("--forensics", arguments.forensics,
                   "Also name the documents behind each wrong answer shown, as genkai forensics does");
  program.add_flag("--list", arguments.list, "Show each question with what was answered");
  CLI11_PARSE(program, argc, argv);
  if (const auto status = genkai::bench::run(arguments); !status) {
    std::fprintf(stderr, "%s\n%s\n", status.error().message.c_str(), status.error().hint.c_str());
    return 1;
  }
  return 0;
}
