#include "app/bound_facts.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>

#include "base/progress.h"
#include "knowledge/document/document.h"
#include "knowledge/store/walk.h"
#include "limits/hallucination/bound/text_facts.h"

namespace genkai::app {
namespace {

namespace bound = limits::hallucination::bound;
namespace fs = std::filesystem;
using base::Code;

constexpr std::size_t kNamedSkips = 5;

base::Error about(const std::string& path, base::Error error) {
  error.message = path + ": " + error.message;
  return error;
}

std::string column_of(const FactInput& input) {
  if (!input.column.empty()) return input.column;
  return input.log.ends_with(".jsonl") || input.log.ends_with(".ndjson") ? "fact" : "";
}

base::Result<std::vector<knowledge::FoundFile>> files_of(const std::string& path, CorpusRead& read) {
  std::error_code error;
  const base::Path absolute = fs::absolute(path, error);
  if (!fs::exists(absolute, error)) return base::fail(Code::not_found, "there is no " + path);
  if (!fs::is_directory(absolute, error)) {
    GENKAI_ASSIGN_OR_RETURN(knowledge::FoundFile file, knowledge::inspect(absolute, path));
    return std::vector<knowledge::FoundFile>{std::move(file)};
  }
  GENKAI_ASSIGN_OR_RETURN(knowledge::FoundFiles found, knowledge::walk(absolute, false));
  for (const auto& skipped : found.skipped) read.skipped.push_back(skipped.path + ": " + skipped.reason);
  return std::move(found.files);
}

base::Result<FactsRead> read_corpus(const FactInput& input) {
  FactsRead facts;
  facts.corpus = true;
  bound::FactCounts counts;
  bound::TextFacts text_facts(bound::fact_unit_of(input.unit).value_or(bound::FactUnit::pairs));
  const auto count = [&](const knowledge::ParsedDocument& document) -> base::Status {
    base::Status full;  // of the table, which ends the reading
    for (const auto& block : document.blocks) {
      if (block.kind == knowledge::Block::Kind::heading || block.kind == knowledge::Block::Kind::code)
        continue;
      text_facts.of(block.text, [&](std::string_view fact) {
        if (full) full = counts.add(fact);
      });
    }
    return full;
  };
  GENKAI_ASSIGN_OR_RETURN(CorpusRead read, each_document(input.corpus, count));
  facts.files = read.files;
  facts.skipped = std::move(read.skipped);
  facts.sentences = text_facts.sentences(), facts.silent = text_facts.silent();
  facts.seen = counts.frequencies();
  if (facts.seen.n == 0)
    return base::fail(
        Code::invalid_argument,
        facts.files == 0 ? "no file of the corpus could be read" : "no sentence of the corpus states a fact",
        facts.skipped.empty() ? "try --facts-of words" : "skipped: " + facts.skipped.front());
  return facts;
}

}  // namespace

base::Result<CorpusRead> each_document(
    const std::vector<std::string>& paths,
    const std::function<base::Status(const knowledge::ParsedDocument&)>& sink) {
  CorpusRead read;
  base::Progress progress("bound", 0);
  for (const std::string& path : paths) {
    GENKAI_ASSIGN_OR_RETURN(const auto files, files_of(path, read));
    for (const auto& file : files) {
      base::Status taken;
      const auto parsed =
          knowledge::parse_file(file.path, file.key, {}, [&](const knowledge::ParsedDocument& document) {
            taken = sink(document);
            return taken;
          });
      if (!taken) return base::fail(taken.error());
      if (!parsed) {
        read.skipped.push_back(file.key + ": " + parsed.error().message);
        continue;
      }
      ++read.files;
      progress.advance(1, file.key);
    }
  }
  return read;
}

base::Status with_stream(const std::string& path, const std::function<base::Status(std::istream& in)>& read) {
  const auto named = [&](base::Status status) -> base::Status {
    if (status) return {};
    return base::fail(about(path == "-" ? "standard input" : path, status.error()));
  };
  if (path == "-") return named(read(std::cin));
  std::error_code error;
  if (fs::is_directory(path, error))
    return base::fail(Code::invalid_argument, path + " is a folder",
                      "give a file, or --corpus for documents");
  std::ifstream file(path, std::ios::binary);
  if (!file) return base::fail(Code::not_found, "cannot open " + path);
  return named(read(file));
}

void add_fact_options(CLI::App& verb, FactInput& input) {
  verb.add_option("log", input.log, "Facts, one a line, or JSON lines; - is standard input")
      ->type_name("FILE");
  verb.add_option("--column", input.column,
                  "Member of each JSON line that holds the fact; \"fact\" for .jsonl and .ndjson");
  verb.add_option("--counts", input.counts, "Lines fact<TAB>count, or a JSON object {\"fact\": count}")
      ->type_name("FILE");
  verb.add_option("--corpus", input.corpus, "Documents as genkai ingest reads them: files or folders")
      ->type_name("PATH");
  verb.add_option(
          "--facts-of", input.unit,
          "What a sentence of the corpus states: pairs (its first name with each other name, date and "
          "number) or words (its content words)")
      ->check(CLI::IsMember({"pairs", "words"}))
      ->capture_default_str();
  verb.add_flag("--fold", input.fold, "Facts that differ in case or character width only are the same");
}

base::Result<FactsRead> read_facts(const FactInput& input) {
  if (!input.corpus.empty()) return read_corpus(input);
  FactsRead facts;
  bound::FactCounts counts;
  const bool table = !input.counts.empty();
  const bound::LogOptions options{table ? std::string() : column_of(input), input.fold};
  GENKAI_RETURN_IF_ERROR(with_stream(table ? input.counts : input.log, [&](std::istream& in) -> base::Status {
    auto report =
        table ? bound::read_fact_table(in, options, counts) : bound::read_fact_log(in, options, counts);
    if (!report) return base::fail(report.error());
    facts.log = std::move(*report);
    return {};
  }));
  facts.seen = counts.frequencies();
  return facts;
}

void note_skipped(const std::vector<std::string>& skipped, Sheet& sheet) {
  for (std::size_t i = 0; i < skipped.size() && i < kNamedSkips; ++i)
    sheet.notes.push_back(sheet.say("skipped: ", "対象外: ") + skipped[i]);
  if (skipped.size() > kNamedSkips)
    sheet.notes.push_back(sheet.say(fmt::format("and {} more", skipped.size() - kNamedSkips),
                                    fmt::format("ほか{}件", skipped.size() - kNamedSkips)));
}

void describe(const FactsRead& facts, const FactInput& input, Sheet& sheet) {
  const auto count = [](std::uint64_t value) { return format(static_cast<double>(value), Unit::count); };
  const auto& seen = facts.seen;
  for (const auto& [key, label, value] :
       {std::tuple{"n", sheet.say("facts seen", "見た事実"), seen.n},
        {"distinct", sheet.say("different ones", "異なる事実"), seen.distinct},
        {"once", sheet.say("seen once", "一度だけ見た事実"), seen.once},
        {"twice", sheet.say("seen twice", "二度見た事実"), seen.twice}})
    sheet.figures.push_back({key, label, static_cast<double>(value), Unit::count});
  if (facts.corpus) {
    sheet.basis.assumptions.push_back(
        input.unit == "words"
            ? core::Said{"The content words of its sentences stand for the facts of the corpus, which they "
                         "are not: take it as a lower end.",
                         "文中の内容語を事実とみなします。本来の事実ではないため、低めの目安です。"}
            : core::Said{"A fact of the corpus is the first name of a sentence with another name, date or "
                         "number in it; how they are related is not looked at.",
                         "文の最初の名前と、その文の別の名前、日付、数との組を事実とみなし、関係の内容は"
                         "見ません。"});
    sheet.notes.push_back(
        sheet.say(fmt::format("Corpus: {} files, {} sentences; {} of them state no fact of the kind \"{}\".",
                              count(facts.files), count(facts.sentences), count(facts.silent), input.unit),
                  fmt::format("文書: {}ファイル、{}文。うち{}文には種類「{}」の事実がありません。",
                              count(facts.files), count(facts.sentences), count(facts.silent), input.unit)));
    note_skipped(facts.skipped, sheet);
    sheet.details.emplace_back("files", facts.files);
    sheet.details.emplace_back("sentences", facts.sentences);
    sheet.details.emplace_back("sentences_without_facts", facts.silent);
    sheet.details.emplace_back("skipped", facts.skipped.size());
    return;
  }
  sheet.details.emplace_back("lines", facts.log.lines);
  sheet.details.emplace_back("malformed", facts.log.malformed);
  if (facts.log.malformed == 0) return;
  sheet.incomplete = true;
  sheet.details.emplace_back("first_malformed", facts.log.first_malformed);
  sheet.notes.push_back(
      sheet.say(fmt::format("{} of {} lines are malformed and were left out; the first: line {} {}.",
                            count(facts.log.malformed), count(facts.log.lines), facts.log.first_malformed,
                            facts.log.why),
                fmt::format("{}行中{}行は形式が誤っているため除きました。最初は{}行目です ({})。",
                            count(facts.log.lines), count(facts.log.malformed), facts.log.first_malformed,
                            facts.log.why)));
}

}  // namespace genkai::app
