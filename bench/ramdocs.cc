// Ambiguity, misinformation and noise together: RAMDocs (Wang et al. 2025), with the extractive reader.
//
//   GENKAI_DATA=... build/release/bench/ramdocs [--profile creative] [--reporting]
//
// Each question comes with its documents; some entities share a name, so that several answers are right, and
// some documents state a wrong one. Whole: all right answers are given and no wrong one. An item's text is a
// verbatim quote, which holds an answer when it holds its words. Beside genkai's own path: the reader's best
// one and best three quotes of everything, which trust all they find.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <optional>
#include <sstream>

#include "answer/answerer.h"
#include "answer/documents.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/thread_pool.h"
#include "limits/retrieval/guard.h"
#include "model/extractive_reader.h"
#include "squad.h"
#include "stats/intervals.h"
#include "text/text.h"

namespace genkai::bench {
namespace {

struct Item {
  std::string question;
  base::Json documents = base::Json::array();
  std::vector<std::string> kinds;  // of each document: correct, misinfo, noise
  std::vector<std::string> answers;
  std::vector<std::string> gold, wrong;
};

base::Result<std::vector<Item>> load() {
  std::vector<Item> items;
  std::vector<base::Path> files;
  for (const auto& entry : std::filesystem::directory_iterator(data_folder() / "ramdocs"))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    GENKAI_ASSIGN_OR_RETURN(const std::string text, base::read_file(file));
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      GENKAI_ASSIGN_OR_RETURN(const base::Json json, base::Json::parse(line));
      Item item;
      item.question = json.string("question");
      for (const auto& document : json.find("documents")->items()) {
        base::Json one = base::Json::object();
        one.set("id", "d" + std::to_string(item.kinds.size()));
        one.set("text", document.string("text"));
        item.documents.push(std::move(one));
        item.kinds.push_back(document.string("type"));
        item.answers.push_back(document.string("answer"));
      }
      for (const auto& each : json.find("gold_answers")->items()) item.gold.emplace_back(each.as_string());
      for (const auto& each : json.find("wrong_answers")->items()) item.wrong.emplace_back(each.as_string());
      items.push_back(std::move(item));
    }
  }
  return items;
}

// Words for comparing: letters and digits only, articles gone.
std::string plain(const std::string& text) {
  std::string out = " ";
  std::string word;
  for (const char c : text::normalise(text) + " ") {
    if (static_cast<unsigned char>(c) >= 0x80 || std::isalnum(static_cast<unsigned char>(c))) {
      word += c;
    } else if (!word.empty()) {
      if (word != "the" && word != "a" && word != "an") out += word + " ";
      word.clear();
    }
  }
  return out;
}

bool holds(const std::vector<std::string>& given, const std::string& answer) {
  return std::any_of(given.begin(), given.end(), [&](const std::string& text) {
    return plain(text).find(plain(answer)) != std::string::npos;
  });
}

// Documents that say a right answer, and those of them that vetting takes for planted.
struct Honest {
  std::size_t documents = 0, poisoned = 0, burst = 0;
};

Honest false_alarms(const knowledge::KnowledgeView& view, const Item& item) {
  core::Trace trace;
  const core::Question question{"", item.question, ""};
  const auto meaning = limits::retrieval::interpret(question, view, trace).front();
  auto found = limits::retrieval::gather(view, meaning, {.keep = 48}, trace);
  Honest honest;
  if (!found) return honest;
  limits::retrieval::vet(found->evidence, meaning, question, trace);
  std::map<std::string, std::pair<bool, bool>> marked;
  for (const auto& evidence : found->evidence) {
    auto& [poisoned, burst] = marked[evidence.passage.document.id];
    poisoned = poisoned || evidence.poisoned();
    burst = burst || evidence.suspected(core::Suspicion::burst);
  }
  for (std::size_t i = 0; i < item.kinds.size(); ++i) {
    if (item.kinds[i] != "correct") continue;
    const auto own = marked.find("d" + std::to_string(i));
    if (own == marked.end()) continue;
    ++honest.documents;
    honest.poisoned += own->second.first ? 1 : 0;
    honest.burst += own->second.second ? 1 : 0;
  }
  return honest;
}

struct Outcome {
  bool answered = false, whole = false, adopted = false, any_right = false, ambiguous = false,
       misinformed = false;
};

Outcome judge(const Item& item, const std::vector<std::string>& given) {
  Outcome out;
  out.answered = !given.empty();
  out.ambiguous = item.gold.size() > 1;
  out.misinformed = !item.wrong.empty();
  out.adopted = std::any_of(item.wrong.begin(), item.wrong.end(),
                            [&](const auto& wrong) { return holds(given, wrong); });
  const auto found =
      std::count_if(item.gold.begin(), item.gold.end(), [&](const auto& gold) { return holds(given, gold); });
  out.any_right = found > 0;
  out.whole = out.answered && !out.adopted && static_cast<std::size_t>(found) == item.gold.size();
  return out;
}

// The best quotes of all passages, whatever they are.
std::vector<std::string> naive(const knowledge::KnowledgeView& view, const std::string& question,
                               std::size_t count) {
  core::Trace trace;
  const auto meaning = limits::retrieval::interpret({"", question, ""}, view, trace).front();
  const auto found = limits::retrieval::gather(view, meaning, {.keep = 20}, trace);
  std::vector<std::string> given;
  if (!found) return given;
  for (const auto& draft : model::ExtractiveReader::built_in().read(meaning, found->evidence, count, {}))
    given.push_back(draft.text);
  return given;
}

void print_rate(const char* label, const std::vector<Outcome>& outcomes,
                const std::function<bool(const Outcome&)>& of,
                const std::function<bool(const Outcome&)>& among = {}) {
  std::size_t hits = 0, n = 0;
  for (const auto& outcome : outcomes) {
    if (among && !among(outcome)) continue;
    ++n;
    hits += of(outcome) ? 1 : 0;
  }
  const auto interval = stats::wilson(hits, n);
  std::printf("    %-44s %.3f [%.3f, %.3f]  (%zu of %zu)\n", label,
              n ? static_cast<double>(hits) / static_cast<double>(n) : 0.0, interval.low, interval.high, hits,
              n);
}

void report(const std::string& title, const std::vector<Outcome>& outcomes) {
  std::printf("  %s\n", title.c_str());
  print_rate("all right answers and no wrong one", outcomes, [](const Outcome& o) { return o.whole; });
  print_rate(
      "  of questions with one right answer", outcomes, [](const Outcome& o) { return o.whole; },
      [](const Outcome& o) { return !o.ambiguous; });
  print_rate(
      "  of questions with several", outcomes, [](const Outcome& o) { return o.whole; },
      [](const Outcome& o) { return o.ambiguous; });
  print_rate("answered", outcomes, [](const Outcome& o) { return o.answered; });
  print_rate(
      "  of these, some right answer", outcomes, [](const Outcome& o) { return o.any_right; },
      [](const Outcome& o) { return o.answered; });
  print_rate(
      "wrong answer adopted, where there is one", outcomes, [](const Outcome& o) { return o.adopted; },
      [](const Outcome& o) { return o.misinformed; });
}

base::Status run(const std::string& profile, std::optional<double> risk, bool odd) {
  GENKAI_ASSIGN_OR_RETURN(auto items, load());
  // Questions are split by a hash: whatever is chosen by looking is chosen on one half and reported on the
  // other.
  std::erase_if(items,
                [&](const Item& item) { return (base::hash64(item.question) & 1U) != (odd ? 1U : 0U); });
  answer::AnswererOptions options;
  answer::apply(*limits::hallucination::profile_of(profile), options);
  if (risk) options.policy.risk = *risk;
  std::printf("%zu questions (%s half), profile %s, risk %.2f\n", items.size(),
              odd ? "reporting" : "development", profile.c_str(), options.policy.risk);
  const answer::Answerer answerer(options);
  std::vector<Outcome> one(items.size()), three(items.size()), own(items.size());
  std::vector<std::string> reasons(items.size());
  std::vector<Honest> honest(items.size());
  base::ThreadPool pool;
  pool.parallel_for(items.size(), [&](std::size_t i) {
    const auto documents = answer::OwnDocuments::read(items[i].documents);
    if (!documents) return;
    honest[i] = false_alarms(*documents->view, items[i]);
    one[i] = judge(items[i], naive(*documents->view, items[i].question, 1));
    three[i] = judge(items[i], naive(*documents->view, items[i].question, 3));
    core::Trace trace;
    const auto answer =
        base::run_blocking(answerer.answer({"", items[i].question, ""}, *documents->view, trace));
    if (!answer) return;
    std::vector<std::string> given;
    for (const auto& item : answer->answers) given.push_back(item.text);
    own[i] = judge(items[i], given);
    reasons[i] = core::to_string(answer->reason);
  });
  report("best quote of everything", one);
  report("best three quotes of everything", three);
  report("genkai", own);
  std::map<std::string, std::size_t> counts;
  for (const auto& reason : reasons) ++counts[reason];
  for (const auto& [reason, n] : counts) std::printf("    %s %zu\n", reason.c_str(), n);
  Honest all;
  for (const Honest& each : honest) {
    all.documents += each.documents;
    all.poisoned += each.poisoned;
    all.burst += each.burst;
  }
  for (const auto& [label, n] : {std::pair{"poisoned", all.poisoned}, {"a burst", all.burst}}) {
    const auto interval = stats::wilson(n, all.documents);
    std::printf("  honest documents taken for %-18s %.4f [%.4f, %.4f]  (%zu of %zu)\n", label,
                static_cast<double>(n) / static_cast<double>(std::max<std::size_t>(1, all.documents)),
                interval.low, interval.high, n, all.documents);
  }
  return {};
}

}  // namespace
}  // namespace genkai::bench

int main(int argc, char** argv) {
  CLI::App program{"Ambiguous questions among misinformation and noise"};
  std::string profile = "balanced";
  std::optional<double> risk;
  bool odd = false;
  program.add_option("--profile", profile, "exact, balanced or creative")
      ->check(CLI::IsMember({"exact", "balanced", "creative"}))
      ->capture_default_str();
  program.add_option("--risk", risk, "Wanted share of wrong answers; by default the profile's");
  program.add_flag("--reporting", odd, "The half of the questions that nothing was chosen on");
  CLI11_PARSE(program, argc, argv);
  if (const auto status = genkai::bench::run(profile, risk, odd); !status) {
    std::fprintf(stderr, "%s\n%s\n", status.error().message.c_str(), status.error().hint.c_str());
    return 1;
  }
  return 0;
}
