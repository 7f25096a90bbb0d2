// How good the answers are, and how well genkai knows it: on the reporting quarter of the articles of JaQuAD
// and XQuAD.
//
//   GENKAI_DATA=... build/release/bench/answer_quality [--others 20000] [--risk 0.1]
//
// Answerable: a question against a knowledge base that holds its paragraph. Unanswerable: the same question
// against one without its article, and the unanswerable questions of SelfAware. An answer is right when its
// quote contains a gold answer. Neither the reader's weights nor its thresholds have seen these articles
// (tools/train_reader).

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <map>

#include "answer/answerer.h"
#include "base/file.h"
#include "base/json.h"
#include "base/thread_pool.h"
#include "squad.h"
#include "stats/calibration.h"
#include "stats/intervals.h"
#include "text/text.h"

namespace genkai::bench {
namespace {

struct Result {
  bool answered = false, right = false, answerable = true, exact = false;
  double probability = 0, f1 = 0;
  core::Reason reason = core::Reason::none;
};

std::string plain(const std::string& text) {
  std::string out;
  for (const char c : text::normalise(text)) {
    if (c == ' ' && (out.empty() || out.back() == ' ')) continue;
    out += c;
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

// Tokens for exact match and F1, as SQuAD's evaluation: words without articles and punctuation; single
// characters for text that is not ASCII.
std::vector<std::string> tokens(const std::string& text) {
  std::vector<std::string> out;
  std::string word;
  const auto flush = [&] {
    if (!word.empty() && word != "a" && word != "an" && word != "the") out.push_back(word);
    word.clear();
  };
  const std::string folded = plain(text);
  for (std::size_t i = 0; i < folded.size();) {
    const auto byte = static_cast<unsigned char>(folded[i]);
    if (byte < 0x80) {
      if (std::isalnum(byte))
        word += folded[i];
      else if (std::isspace(byte))
        flush();
      ++i;
    } else {
      flush();
      std::size_t n = 1;
      while (i + n < folded.size() && (static_cast<unsigned char>(folded[i + n]) & 0xC0U) == 0x80U) ++n;
      out.push_back(folded.substr(i, n));
      i += n;
    }
  }
  flush();
  return out;
}

double f1(const std::vector<std::string>& given, const std::vector<std::string>& gold) {
  if (given.empty() || gold.empty()) return given.empty() && gold.empty() ? 1 : 0;
  std::map<std::string, int> counts;
  for (const auto& token : gold) ++counts[token];
  double both = 0;
  for (const auto& token : given)
    if (counts[token]-- > 0) ++both;
  if (both == 0) return 0;
  const double precision = both / static_cast<double>(given.size()),
               recall = both / static_cast<double>(gold.size());
  return 2 * precision * recall / (precision + recall);
}

Result ask(const answer::Answerer& answerer, const knowledge::KnowledgeView& view,
           const std::string& question, const std::vector<std::string>& gold) {
  core::Trace trace;
  Result result;
  result.answerable = !gold.empty();
  const auto answer = base::run_blocking(answerer.answer({"", question, ""}, view, trace));
  if (!answer) return result;
  result.answered = answer->outcome == core::Outcome::answered;
  result.reason = answer->reason;
  const auto& items = result.answered ? answer->answers : answer->rejected;
  if (items.empty()) return result;
  result.probability = items.front().probability;
  const std::string quote = plain(items.front().text);
  for (const auto& each : gold) {
    result.right = result.right || quote.find(plain(each)) != std::string::npos;
    result.f1 = std::max(result.f1, f1(tokens(items.front().span), tokens(each)));
    result.exact = result.exact || tokens(items.front().span) == tokens(each);
  }
  return result;
}

void print_rate(const char* label, std::size_t hits, std::size_t n) {
  const auto interval = stats::wilson(hits, n);
  std::printf("    %-34s %.3f [%.3f, %.3f]  (%zu of %zu)\n", label,
              n ? static_cast<double>(hits) / static_cast<double>(n) : 0.0, interval.low, interval.high, hits,
              n);
}

void summarise(const std::string& title, const std::vector<Result>& results, double risk) {
  std::printf("  %s\n", title.c_str());
  std::size_t answered = 0, wrong = 0, right = 0, answerable = 0, exact = 0, unanswerable = 0, refused = 0;
  double f1_sum = 0;
  std::vector<double> scores;
  std::vector<std::uint8_t> correct;
  std::map<std::string, std::size_t> reasons;
  for (const auto& result : results) {
    answered += result.answered ? 1 : 0;
    wrong += result.answered && !result.right ? 1 : 0;
    answerable += result.answerable ? 1 : 0;
    right += result.answerable && result.right ? 1 : 0;
    exact += result.answerable && result.exact ? 1 : 0;
    f1_sum += result.answerable ? result.f1 : 0;
    unanswerable += result.answerable ? 0 : 1;
    refused += !result.answerable && !result.answered ? 1 : 0;
    scores.push_back(result.probability);
    correct.push_back(result.right ? 1 : 0);
    if (!result.answered) ++reasons[std::string(core::to_string(result.reason))];
  }
  if (answerable > 0) {
    print_rate("best quote contains the answer", right, answerable);
    std::printf("    %-34s EM %.3f  F1 %.3f\n", "span of the best quote",
                static_cast<double>(exact) / static_cast<double>(answerable),
                f1_sum / static_cast<double>(answerable));
  }
  print_rate(("answered at --risk " + std::to_string(risk).substr(0, 4)).c_str(), answered, results.size());
  if (answered > 0) print_rate("  of these wrong", wrong, answered);
  if (unanswerable > 0) print_rate("unanswerable refused", refused, unanswerable);
  std::printf("    abstained for:");
  for (const auto& [reason, n] : reasons) std::printf(" %s %zu", reason.c_str(), n);
  std::printf("\n");
  if (right == 0) return;
  std::printf("    AUROC %.3f  ECE %.3f  area under risk-coverage %.3f\n    risk at coverage",
              stats::auroc(scores, correct), stats::expected_calibration_error(scores, correct),
              stats::risk_coverage_area(scores, correct));
  const auto curve = stats::risk_coverage(scores, correct);
  for (const double wanted : {0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0}) {
    const auto point =
        std::find_if(curve.begin(), curve.end(), [&](const auto& p) { return p.coverage >= wanted - 1e-9; });
    if (point != curve.end()) std::printf("  %.0f%%: %.3f", wanted * 100, point->risk);
  }
  std::printf("\n");
}

std::vector<std::string> unanswerable_questions(std::size_t most) {
  std::vector<std::string> out;
  const auto text = base::read_file(data_folder() / "selfaware" / "SelfAware.json");
  const auto json = text ? base::Json::parse(*text) : base::Result<base::Json>(base::fail(text.error()));
  if (!json || !json->find("example")) return out;
  for (const auto& item : json->find("example")->items())
    if (const auto* answerable = item.find("answerable");
        answerable && !answerable->as_bool(true) && out.size() < most)
      out.push_back(item.string("question"));
  return out;
}

base::Status run(std::size_t others, const std::vector<std::string>& folders, double risk, double coverage,
                 Split split) {
  GENKAI_ASSIGN_OR_RETURN(const Squad jaquad, load_jaquad(data_folder()));
  GENKAI_ASSIGN_OR_RETURN(const Squad xquad, load_xquad(data_folder()));
  const auto fill = [&](std::optional<Split> leave_out) -> base::Result<TemporaryKnowledgeBase> {
    GENKAI_ASSIGN_OR_RETURN(auto base, TemporaryKnowledgeBase::create());
    GENKAI_RETURN_IF_ERROR(add_contexts(*base.kb, jaquad, leave_out));
    GENKAI_RETURN_IF_ERROR(add_contexts(*base.kb, xquad, leave_out));
    GENKAI_RETURN_IF_ERROR(add_other_passages(*base.kb, folders, others).map([](std::size_t) {}));
    return base;
  };
  GENKAI_ASSIGN_OR_RETURN(const auto with, fill({}));
  GENKAI_ASSIGN_OR_RETURN(const auto without, fill(split));
  GENKAI_ASSIGN_OR_RETURN(const auto view, with.kb->view());
  GENKAI_ASSIGN_OR_RETURN(const auto view_without, without.kb->view());
  answer::AnswererOptions options;
  options.policy.risk = risk;
  options.budget.coverage = coverage;
  const answer::Answerer answerer(options);
  base::ThreadPool pool;
  std::printf("%zu passages (%zu without the reporting articles)\n", view->passage_count(),
              view_without->passage_count());
  std::vector<Result> all;
  for (const Squad* squad : {&jaquad, &xquad}) {
    std::vector<const SquadQuestion*> questions;
    for (const auto& question : squad->questions)
      if (split_of(*squad, question) == split) questions.push_back(&question);
    std::vector<Result> answerable(questions.size()), removed(questions.size());
    pool.parallel_for(questions.size(), [&](std::size_t i) {
      answerable[i] = ask(answerer, *view, questions[i]->text, questions[i]->answers);
      removed[i] = ask(answerer, *view_without, questions[i]->text, {});
    });
    summarise(squad->name + ", answerable", answerable, risk);
    summarise(squad->name + ", article removed", removed, risk);
    std::vector<Result> both = answerable;
    both.insert(both.end(), removed.begin(), removed.end());
    summarise(squad->name + ", both", both, risk);
    all.insert(all.end(), both.begin(), both.end());
  }
  const auto unanswerable = unanswerable_questions(2000);
  std::vector<Result> refused(unanswerable.size());
  pool.parallel_for(refused.size(),
                    [&](std::size_t i) { refused[i] = ask(answerer, *view, unanswerable[i], {}); });
  if (!refused.empty()) summarise("selfaware, unanswerable", refused, risk);
  all.insert(all.end(), refused.begin(), refused.end());
  summarise("everything", all, risk);
  return {};
}

}  // namespace
}  // namespace genkai::bench

int main(int argc, char** argv) {
  CLI::App program{"Quality of answers on questions that were not used for learning"};
  std::size_t others = 20'000;
  double risk = 0.1, coverage = genkai::limits::context::Budget{}.coverage;
  bool calibrating = false;
  std::vector<std::string> folders{"/usr/share/doc", "/usr/share/man"};
  program.add_option("--others", others, "Other passages in the knowledge base")->capture_default_str();
  program.add_option("--folders", folders, "Where the other passages come from");
  program.add_option("--risk", risk, "Wanted share of wrong answers")->capture_default_str();
  program.add_option("--coverage", coverage, "Weight of the question's terms in what is packed, 0 to 1")
      ->capture_default_str();
  program.add_flag("--calibrating", calibrating, "Ask of the calibrating quarter, to choose settings on");
  CLI11_PARSE(program, argc, argv);
  const auto split = calibrating ? genkai::bench::Split::calibration : genkai::bench::Split::test;
  if (const auto status = genkai::bench::run(others, folders, risk, coverage, split); !status) {
    std::fprintf(stderr, "%s\n%s\n", status.error().message.c_str(), status.error().hint.c_str());
    return 1;
  }
  return 0;
}
