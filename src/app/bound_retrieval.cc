// genkai bound retrieval: what no reader can make up for.

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <memory>

#include "app/bound_compute.h"
#include "app/bound_facts.h"
#include "app/bound_family.h"
#include "app/print.h"
#include "limits/retrieval/bound/bound.h"

namespace genkai::app {
namespace {

namespace bound = limits::retrieval::bound;

struct RetrievalArguments {
  std::string language = "en";
  bool json = false;
  double confidence = 0.95;
  std::string table;  // "-" is standard input
  // recall
  std::optional<double> hits, of;
  std::vector<double> ks{1, 5, 20};
  // coverage
  double budget = 0;
  std::optional<double> facts, tokens;
  // failure
  std::optional<double> found, found_of, used, used_of;
  // poisoning
  double votes = 0, other = 0, listed = 0;
  std::optional<double> capacity;
};
using Arguments = std::shared_ptr<RetrievalArguments>;

Sheet sheet_of(const char* name, const RetrievalArguments& arguments, const core::Grounds& grounds) {
  Sheet sheet(name, message_language(arguments.language, ""));
  sheet.basis = grounds;
  return sheet;
}

std::string percent(double share) {
  return format(share, Unit::share);
}

std::string at_confidence(const Sheet& sheet, double confidence) {
  return sheet.say(percent(confidence) + " confidence", "信頼度" + percent(confidence));
}

template <class T>
base::Result<T> read_table(const std::string& path, base::Result<T> (*read)(std::istream&)) {
  T rows;
  GENKAI_RETURN_IF_ERROR(with_stream(path, [&](std::istream& in) -> base::Status {
    auto own = read(in);
    if (!own) return base::fail(own.error());
    rows = std::move(*own);
    return {};
  }));
  return rows;
}

base::Result<Sheet> recall_sheet(const RetrievalArguments& arguments) {
  std::vector<bound::RecallCeiling> ceilings;
  if (arguments.table.empty()) {
    GENKAI_ASSIGN_OR_RETURN(const std::uint64_t hits, whole("--hits", arguments.hits.value_or(0)));
    GENKAI_ASSIGN_OR_RETURN(const std::uint64_t n, whole("--of", arguments.of.value_or(0)));
    GENKAI_ASSIGN_OR_RETURN(auto one, bound::recall_ceiling(hits, n, arguments.confidence));
    ceilings.push_back(std::move(one));
  } else {
    GENKAI_ASSIGN_OR_RETURN(const auto ranks, read_table(arguments.table, bound::read_ranks));
    std::vector<std::uint64_t> ks;
    for (const double k : arguments.ks) {
      GENKAI_ASSIGN_OR_RETURN(ks.emplace_back(), whole("--k", k));
    }
    GENKAI_ASSIGN_OR_RETURN(ceilings, bound::recall_ceilings(ranks, ks, arguments.confidence));
  }
  Sheet sheet = sheet_of("recall", arguments, ceilings.back().grounds);
  const bound::RecallCeiling& last = ceilings.back();
  for (const bound::RecallCeiling& each : ceilings) {
    const std::string k = std::to_string(each.k);
    sheet.figures.push_back({each.k == 0 ? "recall" : "recall_at_" + k,
                             each.k == 0 ? sheet.say("recall ceiling", "再現率の上限")
                                         : sheet.say("ceiling at " + k, "上位" + k + "件での上限"),
                             each.value, Unit::share, each.interval, at_confidence(sheet, each.confidence)});
  }
  sheet.figures.push_back(
      {"n", sheet.say("questions", "質問の数"), static_cast<double>(last.n), Unit::count});
  sheet.details = {{"hits", static_cast<double>(last.hits)}, {"confidence", last.confidence}};
  const std::string lost = percent(1 - last.value);
  sheet.meaning = sheet.say(
      fmt::format("No reader of what was found answers more than {} of these questions from it: for {} "
                  "nothing that answers them is among it.",
                  percent(last.value), lost),
      fmt::format("見つかった箇所から正しく答えられる質問は、どんな読み手でも{}までです。{}には答えの箇所が"
                  "含まれていません。",
                  percent(last.value), lost));
  return sheet;
}

base::Result<Sheet> coverage_sheet(const RetrievalArguments& arguments) {
  bound::CoverageCeiling ceiling;
  if (arguments.table.empty()) {
    GENKAI_ASSIGN_OR_RETURN(const std::uint64_t facts, whole("--facts", arguments.facts.value_or(0)));
    GENKAI_ASSIGN_OR_RETURN(ceiling,
                            bound::coverage_ceiling(facts, arguments.tokens.value_or(0), arguments.budget));
  } else {
    GENKAI_ASSIGN_OR_RETURN(const auto needs, read_table(arguments.table, bound::read_needs));
    GENKAI_ASSIGN_OR_RETURN(ceiling, bound::coverage_ceiling(needs, arguments.budget));
  }
  Sheet sheet = sheet_of("coverage", arguments, ceiling.grounds);
  sheet.figures = {
      {"coverage_at_most", sheet.say("covered at most", "網羅できる割合の上限"), ceiling.value},
      {"reachable",
       sheet.say("reachable", "到達できる割合"),
       ceiling.reachable,
       Unit::share,
       {},
       sheet.say("some choice of whole ones covers this", "丸ごと選んでこの割合に届く選び方がある")},
      {"budget", sheet.say("tokens", "トークンの予算"), ceiling.budget, Unit::count},
      {"needed_tokens", sheet.say("tokens for all", "全てに要るトークン"), ceiling.needed_tokens,
       Unit::count},
      {"needs", sheet.say("needed", "必要事項の数"), static_cast<double>(ceiling.needs), Unit::count}};
  if (ceiling.whole)
    sheet.figures.push_back({"whole", sheet.say("of them fit", "そのうち入る数"),
                             static_cast<double>(*ceiling.whole), Unit::count});
  sheet.meaning =
      ceiling.value >= 1
          ? sheet.say("All of it fits.", "全て入ります。")
          : sheet.say(fmt::format("Whatever is chosen, at least {} of what is needed does not fit.",
                                  percent(1 - ceiling.value)),
                      fmt::format("どう選んでも、必要事項の少なくとも{}は入りません。",
                                  percent(1 - ceiling.value)));
  return sheet;
}

base::Result<Sheet> failure_sheet(const RetrievalArguments& arguments) {
  bound::Failure out;
  if (arguments.found_of) {
    bound::Counted found, used;
    GENKAI_ASSIGN_OR_RETURN(found.successes, whole("--found", arguments.found.value_or(0)));
    GENKAI_ASSIGN_OR_RETURN(found.n, whole("--found-of", *arguments.found_of));
    GENKAI_ASSIGN_OR_RETURN(used.successes, whole("--used", arguments.used.value_or(0)));
    GENKAI_ASSIGN_OR_RETURN(used.n, whole("--used-of", arguments.used_of.value_or(0)));
    GENKAI_ASSIGN_OR_RETURN(out, bound::failure(found, used, arguments.confidence));
  } else {
    GENKAI_ASSIGN_OR_RETURN(out, bound::failure(arguments.found.value_or(0), arguments.used.value_or(0)));
  }
  Sheet sheet = sheet_of("failure", arguments, out.grounds);
  sheet.figures = {
      {"failure", sheet.say("fails", "失敗の割合"), out.value, Unit::share, out.interval,
       out.interval ? at_confidence(sheet, out.confidence) : ""},
      {"any_dependence", sheet.say("whatever the dependence", "依存関係によらず"), out.any_dependence.high,
       Unit::share, out.any_dependence, sheet.say("at most", "上限")},
      {"not_found", sheet.say("not found", "見つからない"), 1 - out.found},
      {"found_not_used", sheet.say("found, not used", "見つかるが使われない"), out.found * (1 - out.used)}};
  sheet.meaning =
      sheet.say(fmt::format("Of {} that fail, {} were never found: no better reader helps with these.",
                            percent(out.value), percent(1 - out.found)),
                fmt::format("失敗する{}のうち{}は見つかっていません。読み手を良くしても減りません。",
                            percent(out.value), percent(1 - out.found)));
  return sheet;
}

base::Result<Sheet> poisoning_sheet(const RetrievalArguments& arguments) {
  bound::Votes votes;
  GENKAI_ASSIGN_OR_RETURN(votes.answer, whole("--votes", arguments.votes));
  GENKAI_ASSIGN_OR_RETURN(votes.other, whole("--other", arguments.other));
  GENKAI_ASSIGN_OR_RETURN(votes.listed, whole("--listed", arguments.listed));
  if (arguments.capacity) {
    GENKAI_ASSIGN_OR_RETURN(votes.capacity, whole("--capacity", *arguments.capacity));
  }
  GENKAI_ASSIGN_OR_RETURN(const bound::Robustness robust, bound::robustness(votes));
  Sheet sheet = sheet_of("poisoning", arguments, robust.grounds);
  sheet.figures = {
      {"injected", sheet.say("injected passages, safe", "注入されても変わらない数"),
       static_cast<double>(robust.injected), Unit::count},
      {"modified", sheet.say("changed passages, safe", "改変されても変わらない数"),
       static_cast<double>(robust.modified), Unit::count},
      {"lead", sheet.say("lead in votes", "票の差"), static_cast<double>(robust.lead), Unit::count}};
  sheet.vacuous = !robust.leads;
  const auto count = [](std::uint64_t n) { return std::to_string(n); };
  sheet.meaning =
      robust.leads ? sheet.say("Up to " + count(robust.injected) + " injected or " + count(robust.modified) +
                                   " changed passages leave the answer as it is; " +
                                   count(robust.injected + 1) + " injected ones can change it.",
                               count(robust.injected) + "件までの注入、または" + count(robust.modified) +
                                   "件までの改変では答えは変わりません。" + count(robust.injected + 1) +
                                   "件の注入で変わりえます。")
                   : sheet.say("The answer does not lead, so nothing is certified.",
                               "答えの票が上回っていないため、何も保証できません。");
  return sheet;
}

void add_table(CLI::App& part, const Arguments& a, const char* what) {
  part.add_option("table", a->table, what)->type_name("FILE");
}
void add_confidence(CLI::App& part, const Arguments& a) {
  part.add_option("--confidence", a->confidence, "Of the interval, above 0 and below 1")
      ->capture_default_str();
}

void add_recall(CLI::App& part, const Arguments& a) {
  add_table(part, a,
            "Rank of each question's first good passage, one a line, - for none; - is standard input");
  part.add_option("--k", a->ks, "The first so many passages, with a table")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->capture_default_str();
  auto* hits = part.add_option("--hits", a->hits, "Questions whose passage was found, instead of a table");
  auto* of = part.add_option("--of", a->of, "Of so many");
  hits->needs(of);
  of->needs(hits);
  add_confidence(part, a);
}

void add_coverage(CLI::App& part, const Arguments& a) {
  add_table(part, a, "tokens<TAB>weight of each thing needed, or tokens alone; - is standard input");
  part.add_option("--budget", a->budget, "Tokens that may be shown")
      ->required()
      ->check(CLI::NonNegativeNumber);
  auto* facts = part.add_option("--facts", a->facts, "Equal things needed, instead of a table");
  auto* tokens = part.add_option("--tokens", a->tokens, "That each takes");
  facts->needs(tokens);
  tokens->needs(facts);
}

void add_failure(CLI::App& part, const Arguments& a) {
  part.add_option("--found", a->found, "Probability that what is needed is found, or the number found")
      ->required()
      ->check(CLI::NonNegativeNumber);
  auto* found_of =
      part.add_option("--found-of", a->found_of, "Of so many questions, when --found is a number");
  part.add_option("--used", a->used, "Probability that what was found is used rightly, or the number")
      ->required()
      ->check(CLI::NonNegativeNumber);
  auto* used_of = part.add_option("--used-of", a->used_of, "Of so many questions, when --used is a number");
  found_of->needs(used_of);
  used_of->needs(found_of);
  add_confidence(part, a);
}

void add_poisoning(CLI::App& part, const Arguments& a) {
  part.add_option("--votes", a->votes, "Passages that vote for the answer")->required();
  part.add_option("--other", a->other, "For the best of the other answers")->capture_default_str();
  part.add_option("--listed", a->listed, "Passages in the list, silent ones included")->required();
  part.add_option("--capacity", a->capacity, "That the list can hold; by default it is full");
}

void check_recall(const RetrievalArguments& a) {
  if (a.table.empty() == !a.of) throw CLI::RequiredError("FILE, or --hits with --of,");
}
void check_coverage(const RetrievalArguments& a) {
  if (a.table.empty() == !a.facts) throw CLI::RequiredError("FILE, or --facts with --tokens,");
}
void check_nothing(const RetrievalArguments&) {}

constexpr BoundPart<RetrievalArguments> kRetrieval[] = {
    {"recall", "Most questions that any reader of the first k passages can answer", add_recall, check_recall,
     recall_sheet},
    {"coverage", "Largest share of what is needed that fits into so many tokens", add_coverage,
     check_coverage, coverage_sheet},
    {"failure", "Share that fails, by finding and by using what was found", add_failure, check_nothing,
     failure_sheet},
    {"poisoning", "Injected or changed passages that cannot change an answer", add_poisoning, check_nothing,
     poisoning_sheet},
};

}  // namespace

void add_retrieval_bounds(CLI::App& verb, Action& run) {
  CLI::App* limit = verb.add_subcommand("retrieval", "What is not found, does not fit, or was put there");
  limit->require_subcommand(1);
  limit->footer("Each bound states what it holds under and where it comes from (docs/limits/retrieval.md).");
  add_parts<RetrievalArguments>(*limit, kRetrieval, run);
}

}  // namespace genkai::app
