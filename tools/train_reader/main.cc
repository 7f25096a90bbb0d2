// Writes what fit.py learns the extractive reader's weights from, and what it reports.
//
//   train_reader spans DATA OUT                    one row for each candidate span of each case
//   train_reader units DATA OUT WEIGHTS            one row for each unit of evidence of each case
//   train_reader drafts DATA OUT WEIGHTS CASES     one row for each of the three best drafts of each case
//   train_reader read DATA OUT WEIGHTS             one line of JSON for each case: what the whole reader says
//
// CASES is half0 or half1 (of the training articles) or held (the others).
// DATA is the folder of the data sets ($GENKAI_DATA), with distractors.jsonl beside them or in
// $GENKAI_DISTRACTORS. Rows are float32, little endian; a file OUT.json beside them names the columns.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/json.h"
#include "base/thread_pool.h"
#include "cases.h"
#include "evidence_source.h"
#include "model/extractive_reader.h"
#include "model/reader_drafts.h"
#include "model/reader_network.h"
#include "model/reader_spans.h"

namespace genkai::tools {
namespace {

using base::Json;

struct Case {
  const LabelledQuestion* question = nullptr;
  Kind kind = Kind::everything;
  std::size_t passages = 8;
  bool titles = true;
};

std::vector<Case> cases_of(const LabelledData& data) {
  std::vector<Case> cases;
  for (const LabelledQuestion& question : data.questions) {
    for (unsigned kind = 0; kind < kKinds; ++kind) {
      const std::uint64_t draw = base::hash64(question.id + "/" + std::to_string(kind), 17);
      constexpr std::size_t kSizes[] = {6, 8, 8, 12};
      cases.push_back({&question, static_cast<Kind>(kind), kSizes[draw % 4], (draw >> 8) % 4 != 0});
    }
  }
  return cases;
}

std::vector<float> case_columns(std::size_t index, const Case& own) {
  return {static_cast<float>(index),
          static_cast<float>(own.question->part),
          static_cast<float>(own.question->half),
          static_cast<float>(own.kind),
          static_cast<float>(own.question->article),
          own.question->set == "jaquad" ? 1.0F : 0.0F};
}
const std::vector<std::string> kCaseColumns = {"case", "part", "half", "kind", "article", "jaquad"};

core::Interpretation interpretation_of(const std::string& text) {
  core::Interpretation question;
  question.text = text;
  question.language = text::detect_language(text);
  question.focus = text::analyse_question(text);
  return question;
}

/// 1: holds the answer where it was marked. 2: holds its words elsewhere. 0: neither.
float label_of(std::string_view unit, std::size_t context, const LabelledQuestion& question,
               const LabelledData& data) {
  if (context == question.context) {
    const std::string& whole = data.contexts[context].text;
    const std::size_t at = whole.find(unit);
    const std::size_t end = question.answer_begin + question.answers.front().size();
    if (at != std::string::npos && at <= question.answer_begin && end <= at + unit.size()) return 1;
  }
  return contains_answer(unit, question) ? 2 : 0;
}

std::size_t context_of(const core::Passage& passage) {
  return std::strtoul(passage.document.id.c_str() + std::string_view("context-").size(), nullptr, 10);
}

base::Status write_columns(const std::string& out, const std::vector<std::string>& own,
                           std::span<const std::string_view> features) {
  Json columns = Json::array();
  for (const auto& name : kCaseColumns) columns.push(name);
  for (const auto& name : own) columns.push(name);
  for (const auto name : features) columns.push(name);
  return base::write_file_atomically(out + ".json", Json::object({{"columns", columns}}).dump(1));
}

using Rows = std::vector<float>;
using Work = std::function<Rows(std::size_t, const Case&)>;

base::Status write_rows(const std::vector<Case>& cases, const std::string& out, const Work& work) {
  std::ofstream file(out, std::ios::binary);
  base::ThreadPool pool;
  constexpr std::size_t kBatch = 512;
  for (std::size_t begin = 0; begin < cases.size(); begin += kBatch) {
    std::vector<Rows> batch(std::min(kBatch, cases.size() - begin));
    pool.parallel_for(batch.size(), [&](std::size_t i) { batch[i] = work(begin + i, cases[begin + i]); });
    for (const Rows& rows : batch)
      file.write(reinterpret_cast<const char*>(rows.data()),
                 static_cast<std::streamsize>(rows.size() * sizeof(float)));
    std::fprintf(stderr, "\r%zu of %zu", begin + batch.size(), cases.size());
  }
  std::fprintf(stderr, "\n");
  if (!file.flush()) return base::fail(base::Code::resource_exhausted, "cannot write " + out);
  return {};
}

base::Result<model::Network> network_of(const Json& weights, const char* name,
                                        std::span<const std::string_view> features) {
  const Json* own = weights.find(name);
  if (!own) return base::fail(base::Code::invalid_argument, std::string("the weights have no ") + name);
  return model::Network::parse(*own, features);
}

base::Status dump_spans(const LabelledData& data, const EvidenceSource& source, const std::string& out) {
  constexpr std::size_t kUnits = 6;  // of each case: the best by coverage, and the one that answers
  GENKAI_RETURN_IF_ERROR(write_columns(out, {"label", "f1"}, model::span_feature_names()));
  std::vector<Case> cases;
  for (const Case& own : cases_of(data))
    if (own.kind == Kind::everything || own.kind == Kind::without_article) cases.push_back(own);
  return write_rows(cases, out, [&](std::size_t index, const Case& own) {
    Rows rows;
    core::Interpretation question = interpretation_of(own.question->text);
    const auto evidence = source.gather(question, own.question, own.kind, own.passages, own.titles);
    text::Analyzer analyzer;
    const model::QuestionTerms terms(question, analyzer);
    const model::UnitTable table = model::cut_units(terms, evidence, analyzer);
    std::vector<std::pair<double, std::size_t>> order;
    for (std::size_t u = 0; u < table.units.size(); ++u) {
      const model::Unit& unit = table.units[u];
      const float label = label_of(table.text(unit, evidence), context_of(evidence[unit.evidence].passage),
                                   *own.question, data);
      order.emplace_back(label == 1 ? 2 : terms.share(unit.terms), u);
    }
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    for (std::size_t i = 0; i < std::min(kUnits, order.size()); ++i) {
      const model::Unit& unit = table.units[order[i].second];
      const std::string_view text = table.text(unit, evidence);
      const float label = order[i].first == 2 ? 1.0F : (contains_answer(text, *own.question) ? 2.0F : 0.0F);
      const auto candidates = model::span_candidates(text, unit);
      const auto features = model::span_features(question, terms, text, unit, candidates);
      for (std::size_t c = 0; c < candidates.size(); ++c) {
        const auto columns = case_columns(index, own);
        rows.insert(rows.end(), columns.begin(), columns.end());
        const double f1 = best_f1(candidates[c].span.of(text), *own.question);
        rows.insert(rows.end(), {label, static_cast<float>(f1)});
        for (const double value : features[c]) rows.push_back(static_cast<float>(value));
      }
    }
    return rows;
  });
}

base::Status dump_units(const LabelledData& data, const EvidenceSource& source, const std::string& out,
                        const Json& weights) {
  GENKAI_ASSIGN_OR_RETURN(const model::Network spans,
                          network_of(weights, "span_model", model::span_feature_names()));
  GENKAI_RETURN_IF_ERROR(write_columns(out, {"label"}, model::unit_feature_names()));
  return write_rows(cases_of(data), out, [&](std::size_t index, const Case& own) {
    Rows rows;
    core::Interpretation question = interpretation_of(own.question->text);
    const auto evidence = source.gather(question, own.question, own.kind, own.passages, own.titles);
    const model::Reading reading = model::look(question, evidence, source.similarity(), spans);
    for (std::size_t u = 0; u < reading.rows.size(); ++u) {
      const model::Unit& unit = reading.table.units[u];
      const auto columns = case_columns(index, own);
      rows.insert(rows.end(), columns.begin(), columns.end());
      rows.push_back(label_of(reading.table.text(unit, evidence), context_of(evidence[unit.evidence].passage),
                              *own.question, data));
      for (const double value : reading.rows[u]) rows.push_back(static_cast<float>(value));
    }
    return rows;
  });
}

base::Status dump_drafts(const LabelledData& data, const EvidenceSource& source, const std::string& out,
                         const Json& weights, std::string_view chosen) {
  std::vector<Case> cases;
  for (const Case& own : cases_of(data)) {
    const bool held = own.question->part >= 2;
    if (chosen == (held ? "held" : own.question->half == 0 ? "half0" : "half1")) cases.push_back(own);
  }
  GENKAI_RETURN_IF_ERROR(
      write_columns(out, {"rank", "holds", "marked", "exact", "f1"}, model::draft_feature_names()));
  GENKAI_ASSIGN_OR_RETURN(const model::Network spans,
                          network_of(weights, "span_model", model::span_feature_names()));
  GENKAI_ASSIGN_OR_RETURN(const model::Network network,
                          network_of(weights, "unit_model", model::unit_feature_names()));
  const double pair_share = weights.number("pair_share", 1);
  return write_rows(cases, out, [&](std::size_t index, const Case& own) {
    Rows rows;
    core::Interpretation question = interpretation_of(own.question->text);
    const auto evidence = source.gather(question, own.question, own.kind, own.passages, own.titles);
    const model::Reading reading = model::look(question, evidence, source.similarity(), spans);
    std::vector<double> scores;
    for (const auto& row : reading.rows) scores.push_back(network(row));
    float rank = 0;
    for (const model::Choice& choice : model::choose(question, evidence, reading, scores, pair_share, 3)) {
      const std::string& text = evidence[choice.evidence].passage.text;
      const auto columns = case_columns(index, own);
      rows.insert(rows.end(), columns.begin(), columns.end());
      const auto quote = choice.quote.of(text);
      const float label = label_of(quote, context_of(evidence[choice.evidence].passage), *own.question, data);
      const double f1 = best_f1(choice.span.of(text), *own.question);
      rows.insert(rows.end(), {rank++, label > 0 ? 1.0F : 0.0F, label == 1 ? 1.0F : 0.0F,
                               f1 >= 1 ? 1.0F : 0.0F, static_cast<float>(f1)});
      for (const double value : choice.features) rows.push_back(static_cast<float>(value));
    }
    return rows;
  });
}

base::Status read_all(const LabelledData& data, const EvidenceSource& source, const std::string& out,
                      const model::ExtractiveReader& reader,
                      const std::vector<LabelledQuestion>& unanswerable) {
  std::vector<Case> cases;
  for (const Case& own : cases_of(data))
    if (own.question->part >= 2) cases.push_back(own);
  const std::size_t labelled = cases.size();
  for (const LabelledQuestion& question : unanswerable)
    cases.push_back({&question, Kind::everything, 8, true});
  std::vector<std::string> lines(cases.size());
  base::ThreadPool pool;
  pool.parallel_for(cases.size(), [&](std::size_t i) {
    const Case& own = cases[i];
    core::Interpretation question = interpretation_of(own.question->text);
    const auto evidence =
        source.gather(question, i < labelled ? own.question : nullptr, own.kind, own.passages, own.titles);
    const auto drafts = reader.read(question, evidence, 3, source.similarity());
    Json line = Json::object({{"id", own.question->id},
                              {"set", own.question->set},
                              {"part", own.question->part},
                              {"article", own.question->article},
                              {"kind", static_cast<unsigned>(own.kind)},
                              {"type", text::to_string(question.focus.type)},
                              {"question", own.question->text}});
    if (!own.question->answers.empty()) line.set("gold", own.question->answers.front());
    if (!drafts.empty()) {
      const double f1 = best_f1(drafts[0].span, *own.question);
      line.set("probability", drafts[0].probability)
          .set("right",
               i < labelled && answerable(own.kind) && contains_answer(drafts[0].text, *own.question))
          .set("f1", f1)
          .set("text", drafts[0].text)
          .set("span", drafts[0].span);
      bool any = false;
      for (const auto& e : evidence) any = any || contains_answer(e.passage.text, *own.question);
      line.set("in_evidence", any);
    }
    lines[i] = line.dump();
  });
  std::string all;
  for (const auto& line : lines) all += line + "\n";
  return base::write_file_atomically(out, all);
}

base::Result<std::vector<LabelledQuestion>> load_unanswerable(const base::Path& file) {
  std::vector<LabelledQuestion> questions;
  GENKAI_ASSIGN_OR_RETURN(const std::string text, base::read_file(file));
  GENKAI_ASSIGN_OR_RETURN(const Json json, Json::parse(text));
  if (const Json* items = json.find("example"))
    for (const Json& item : items->items()) {
      LabelledQuestion question;
      question.id = std::to_string(item.find("question_id") ? item.find("question_id")->as_int() : 0);
      question.text = item.string("question");
      question.set = "selfaware";
      question.part = 3;
      const Json* known = item.find("answerable");
      if (known && !known->as_bool(true)) questions.push_back(std::move(question));
    }
  return questions;
}

base::Status run(const std::vector<std::string>& arguments) {
  if (arguments.size() < 3)
    return base::fail(base::Code::invalid_argument,
                      "usage: train_reader spans|units|drafts|read DATA OUT [WEIGHTS]");
  const std::string &mode = arguments[0], &out = arguments[2];
  const base::Path folder = arguments[1];
  LabelledData data;
  GENKAI_RETURN_IF_ERROR(load_squad(folder / "xquad", "xquad", data));
  GENKAI_RETURN_IF_ERROR(load_squad(folder / "jaquad", "jaquad", data));
  const std::size_t first_distractor = data.contexts.size();
  if (const char* file = std::getenv("GENKAI_DISTRACTORS"))
    GENKAI_RETURN_IF_ERROR(load_distractors(file, data));
  const char* retrieval = std::getenv("GENKAI_RETRIEVAL");
  GENKAI_ASSIGN_OR_RETURN(const auto source, retrieval&& std::string_view(retrieval) == "small"
                                                 ? make_small_source(data, first_distractor)
                                                 : make_pipeline_source(data, first_distractor));
  if (mode == "spans") return dump_spans(data, *source, out);
  if (arguments.size() < 4) return base::fail(base::Code::invalid_argument, "this needs a weights file");
  GENKAI_ASSIGN_OR_RETURN(const std::string text, base::read_file(arguments[3]));
  if (mode == "units" || mode == "drafts") {
    GENKAI_ASSIGN_OR_RETURN(const Json weights, Json::parse(text));
    if (mode == "drafts" && arguments.size() < 5)
      return base::fail(base::Code::invalid_argument,
                        "drafts needs to know which cases: half0, half1 or held");
    return mode == "units" ? dump_units(data, *source, out, weights)
                           : dump_drafts(data, *source, out, weights, arguments[4]);
  }
  GENKAI_ASSIGN_OR_RETURN(const auto reader, model::ExtractiveReader::from_weights(text));
  GENKAI_ASSIGN_OR_RETURN(const auto unanswerable,
                          load_unanswerable(folder / "selfaware" / "SelfAware.json"));
  return read_all(data, *source, out, *reader, unanswerable);
}

}  // namespace
}  // namespace genkai::tools

int main(int argc, char** argv) {
  const auto status = genkai::tools::run({argv + 1, argv + argc});
  if (status) return 0;
  std::fprintf(stderr, "train_reader: %s\n%s\n", status.error().message.c_str(), status.error().hint.c_str());
  return 1;
}
