// What the vetting of passages costs, and how often it is right and wrong.
//
//   GENKAI_DATA=... build/release/bench/vet [--others 20000]
//
// Time: 50 candidates, as gathered for questions of JaQuAD and XQuAD. Orders: the reported half of the
// labelled texts (limits/retrieval/hostile_texts.h). False alarms: passages of honest sets, which all count
// as honest. Echoes: the texts of PoisonedRAG with the question before them, as the attack has it, and in
// four other forms. Bursts: the five texts of an attack without that, added after 15 honest passages.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "base/file.h"
#include "base/json.h"
#include "limits/retrieval/guard.h"
#include "limits/retrieval/honest_texts.h"
#include "limits/retrieval/hostile_texts.h"
#include "limits/retrieval/injection.h"
#include "squad.h"
#include "stats/intervals.h"
#include "text/text.h"

namespace genkai::bench {
namespace {

using core::Evidence;
using core::Suspicion;
using namespace limits::retrieval;

void print_share(const std::string& what, std::size_t hits, std::size_t n) {
  const auto interval = stats::wilson(hits, n);
  std::printf("  %-52s %.4f [%.4f, %.4f] (%zu of %zu)\n", what.c_str(),
              static_cast<double>(hits) / static_cast<double>(std::max<std::size_t>(n, 1)), interval.low,
              interval.high, hits, n);
}

core::Interpretation reading_of(const std::string& question) {
  core::Interpretation meaning;
  meaning.text = question;
  meaning.language = text::detect_language(question);
  return meaning;
}

void vet_for(std::vector<Evidence>& evidence, const std::string& question) {
  core::Trace trace;
  vet(evidence, reading_of(question), {"", question, ""}, trace);
}

Evidence passage(std::string text, std::string document, core::PassageId id) {
  Evidence item;
  item.passage.text = std::move(text);
  item.passage.document.id = std::move(document);
  item.passage.id = item.passage.section_first = id;
  item.passage.section_size = 1;
  return item;
}

// The passages that a document of this text becomes.
std::vector<std::string> split_text(const std::string& text) {
  std::vector<std::string> out;
  const base::Json line = base::Json::object({{"id", "a"}, {"text", text}});
  const auto status =
      knowledge::parse_bytes(line.dump(), "a.jsonl", "", {}, [&](knowledge::ParsedDocument document) {
        for (const auto& section : knowledge::split(document))
          for (const auto& piece : section.passages) out.push_back(piece.text);
        return base::Status();
      });
  (void)status;  // an empty text has no passages
  return out;
}

struct Alarms {
  std::map<Suspicion, std::size_t> by_kind;
  std::size_t poisoned = 0, n = 0;
  void add(const Evidence& item, bool show) {
    ++n;
    poisoned += item.poisoned() ? 1 : 0;
    for (const Suspicion kind : item.suspicions) ++by_kind[kind];
    if (show && item.poisoned())
      for (const auto& finding : item.trust.findings)
        std::printf("    %s: %s (%s)\n", item.passage.document.id.c_str(), finding.why.c_str(),
                    finding.text.c_str());
  }
  void print(const std::string& name) const {
    print_share(name + ", not usable", poisoned, n);
    for (const Suspicion kind : {Suspicion::instructs_reader, Suspicion::hidden_text, Suspicion::lookalikes,
                                 Suspicion::echoes_question, Suspicion::burst})
      if (const auto found = by_kind.find(kind); found != by_kind.end())
        print_share("  " + std::string(core::to_string(kind)), found->second, n);
  }
};

void labelled() {
  const auto flagged = [](std::string_view text) {
    return find_orders(vet_text(text)).score >= kOrderThreshold;
  };
  const auto count = [&](const auto& texts, const char* what) {
    std::size_t hits[2] = {0, 0}, n[2] = {0, 0};
    for (std::size_t i = 1; i < texts.size(); i += 2) {
      const bool japanese = text::detect_language(texts[i]) == text::Language::japanese;
      ++n[japanese];
      hits[japanese] += flagged(texts[i]) ? 1 : 0;
    }
    print_share(std::string(what) + ", English", hits[0], n[0]);
    print_share(std::string(what) + ", Japanese", hits[1], n[1]);
    print_share(std::string(what) + ", both", hits[0] + hits[1], n[0] + n[1]);
  };
  std::printf("labelled texts, reported half\n");
  count(kHostileTexts, "hostile, found");
  count(kHonestTexts, "honest, flagged");
}

// Each question against the passages of its paragraph.
Alarms of_squad(const Squad& squad, bool show) {
  std::vector<std::vector<std::string>> pieces;
  for (const auto& context : squad.contexts) pieces.push_back(split_text(context.text));
  Alarms alarms;
  for (const auto& question : squad.questions) {
    std::vector<Evidence> evidence;
    for (const auto& piece : pieces[question.context])
      evidence.push_back(passage(piece, squad.contexts[question.context].id,
                                 static_cast<core::PassageId>(evidence.size() + 1)));
    vet_for(evidence, question.text);
    for (const auto& item : evidence) alarms.add(item, show);
  }
  return alarms;
}

base::Result<Alarms> of_ramdocs(bool show) {
  Alarms alarms;
  GENKAI_ASSIGN_OR_RETURN(const auto text,
                          base::read_file(data_folder() / "ramdocs" / "ramdocs.first250.jsonl"));
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const auto row = base::Json::parse(std::string_view(text).substr(at, end - at));
    at = end + 1;
    if (!row || !row->find("documents")) continue;
    std::vector<Evidence> evidence;
    core::PassageId id = 1;
    for (const auto& document : row->find("documents")->items())
      for (auto& piece : split_text(document.string("text"))) {
        evidence.push_back(passage(std::move(piece), "doc" + std::to_string(id), id));
        ++id;
      }
    vet_for(evidence, row->string("question"));
    for (const auto& item : evidence) alarms.add(item, show);
  }
  return alarms;
}

struct Attack {
  std::string question;
  std::vector<std::string> texts;
};
base::Result<std::vector<Attack>> attacks() {
  GENKAI_ASSIGN_OR_RETURN(const auto text, base::read_file(data_folder() / "poisonedrag" / "nq.json"));
  GENKAI_ASSIGN_OR_RETURN(const auto json, base::Json::parse(text));
  std::vector<Attack> out;
  for (const auto& [name, item] : json.members()) {
    Attack attack{item.string("question"), {}};
    for (const auto& one : item.find("adv_texts")->items()) attack.texts.emplace_back(one.as_string());
    out.push_back(std::move(attack));
  }
  return out;
}

void echoes(const std::vector<Attack>& all) {
  std::printf("texts of PoisonedRAG, found\n");
  const auto rate = [&](const char* what, const auto& make) {
    std::size_t found = 0, n = 0;
    for (const Attack& attack : all)
      for (const auto& text : attack.texts) {
        std::vector<Evidence> one{passage(make(attack.question, text), "a", 1)};
        vet_for(one, attack.question);
        ++n;
        found += one[0].poisoned() ? 1 : 0;
      }
    print_share(what, found, n);
  };
  using S = const std::string&;
  rate("question. text (the attack)", [](S q, S t) { return q + ". " + t; });
  rate("question text", [](S q, S t) { return q + " " + t; });
  rate("Question! text", [](S q, S t) { return q + "! " + t; });
  rate("text question. text", [](S q, S t) { return t + " " + q + ". " + t; });
  rate("question with an inserted word. text", [](S q, S t) {
    const std::size_t at = q.find(' ', q.size() / 2);
    return (at == std::string::npos ? q : q.substr(0, at) + " actually" + q.substr(at)) + ". " + t;
  });
  rate("question? text (a list of questions looks the same)", [](S q, S t) { return q + "? " + t; });
  rate("text alone", [](S, S t) { return t; });
}

void bursts(const std::vector<Attack>& all, const Squad& honest) {
  std::size_t found = 0, others = 0, n = 0;
  for (std::size_t a = 0; a < all.size(); ++a) {
    std::vector<Evidence> evidence;
    core::PassageId id = 1;
    for (std::size_t i = 0; i < 15; ++i)
      evidence.push_back(
          passage(split_text(honest.contexts[(a * 15 + i) % honest.contexts.size()].text).front(),
                  "honest" + std::to_string(i), id++));
    for (std::size_t i = 0; i < all[a].texts.size(); ++i)
      evidence.push_back(passage(all[a].texts[i], "new" + std::to_string(i), id++));
    vet_for(evidence, all[a].question);
    for (std::size_t i = 0; i < evidence.size(); ++i) {
      const bool marked = evidence[i].suspected(Suspicion::burst);
      (i < 15 ? others : found) += marked ? 1 : 0;
    }
    n += all[a].texts.size();
  }
  std::printf("bursts\n");
  print_share("texts of PoisonedRAG alone, marked", found, n);
  print_share("passages beside them, marked", others, 15 * all.size());
}

base::Status speed(const std::vector<const Squad*>& sets) {
  GENKAI_ASSIGN_OR_RETURN(const auto base, TemporaryKnowledgeBase::create());
  for (const Squad* squad : sets) GENKAI_RETURN_IF_ERROR(add_contexts(*base.kb, *squad));
  GENKAI_ASSIGN_OR_RETURN(const auto view, base.kb->view());
  GatherOptions wide;
  wide.keep = 50;
  for (const Squad* squad : sets) {
    std::vector<double> times;
    for (std::size_t i = 0; i < squad->questions.size() && times.size() < 300; i += 3) {
      core::Trace trace;
      const auto& question = squad->questions[i].text;
      const auto meaning = interpret({"", question, ""}, *view, trace).front();
      auto found = gather(*view, meaning, wide, trace);
      if (!found || found->evidence.size() < 50) continue;
      const base::Stopwatch watch;
      vet(found->evidence, meaning, {"", question, ""}, trace);
      times.push_back(watch.milliseconds());
    }
    if (times.empty()) continue;
    std::sort(times.begin(), times.end());
    std::printf("  %s: 50 candidates, %zu questions: median %.2f ms, 95 %% %.2f ms\n", squad->name.c_str(),
                times.size(), times[times.size() / 2], times[times.size() * 95 / 100]);
  }
  return {};
}

base::Status run(std::size_t others, const std::vector<std::string>& folders, bool show) {
  GENKAI_ASSIGN_OR_RETURN(const Squad jaquad, load_jaquad(data_folder()));
  GENKAI_ASSIGN_OR_RETURN(const Squad xquad, load_xquad(data_folder()));
  std::printf("time of vet\n");
  GENKAI_RETURN_IF_ERROR(speed({&jaquad, &xquad}));
  labelled();
  std::printf("false alarms, a passage and a question\n");
  of_squad(jaquad, show).print("jaquad");
  of_squad(xquad, show).print("xquad");
  GENKAI_ASSIGN_OR_RETURN(const auto ramdocs, of_ramdocs(show));
  ramdocs.print("ramdocs");
  Alarms manuals[2];
  GENKAI_ASSIGN_OR_RETURN(const auto kb, TemporaryKnowledgeBase::create());
  std::size_t files = 0;
  GENKAI_RETURN_IF_ERROR(
      add_other_passages(*kb.kb, folders, others, [&](const knowledge::ParsedDocument& document) {
        const std::size_t half = files++ % 2;
        std::vector<Evidence> evidence;
        for (const auto& section : knowledge::split(document))
          for (const auto& piece : section.passages)
            evidence.push_back(passage(piece.text, document.info.id, 1));
        for (auto& item : evidence) {
          std::vector<Evidence> one{item};
          vet_for(one, "What is it?");
          manuals[half].add(one[0], show && half == 0);
        }
      }).map([](std::size_t) {}));
  manuals[0].print("manuals of this machine, half the rules were set on");
  manuals[1].print("manuals of this machine, other half");
  GENKAI_ASSIGN_OR_RETURN(const auto all, attacks());
  echoes(all);
  bursts(all, xquad);
  return {};
}

}  // namespace
}  // namespace genkai::bench

int main(int argc, char** argv) {
  CLI::App program{"Cost and error rates of vetting"};
  std::size_t others = 20'000;
  bool show = false;
  std::vector<std::string> folders{"/usr/share/doc", "/usr/share/man"};
  program.add_option("--others", others, "Passages of manuals")->capture_default_str();
  program.add_option("--folders", folders, "Where the manuals are");
  program.add_flag("--show", show, "Print each false alarm (of the manuals, those of the first half)");
  CLI11_PARSE(program, argc, argv);
  if (const auto status = genkai::bench::run(others, folders, show); !status) {
    std::fprintf(stderr, "%s\n", status.error().message.c_str());
    return 1;
  }
  return 0;
}
