#include "answer/made_questions.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <unordered_map>

#include "answer/gold_answer.h"
#include "answer/question_forms.h"
#include "base/hash.h"
#include "base/rng.h"
#include "text/analyzer.h"

namespace genkai::answer {

using base::Result;
using core::PassageId;
using knowledge::KnowledgeView;
using knowledge::StoredDocument;

namespace {

constexpr std::size_t kDocumentsAtOnce = 100'000, kPassagesAtOnce = 128;
constexpr double kSpecific = 2.5;       // of ln(1 + passages)
constexpr double kShortened = 0.6;      // of that is enough for a shortened question
constexpr double kJapaneseTerms = 2;    // a Japanese word gives more than so many index terms
constexpr double kNearlySame = 0.8;     // share of common terms
constexpr double kMostWords = 1.0 / 3;  // of a question's idf, in a passage that would answer it too
constexpr std::size_t kAlike = 200;     // passages looked at for what else would answer
constexpr std::size_t kLeastOfDocument = 4;

struct Place {
  PassageId passage = 0;
  std::uint32_t document = 0;
};

Result<std::vector<StoredDocument>> all_documents(const KnowledgeView& view) {
  std::vector<StoredDocument> all;
  for (std::uint64_t offset = 0;; offset += kDocumentsAtOnce) {
    GENKAI_ASSIGN_OR_RETURN(auto page,
                            view.documents({.text = {}, .offset = offset, .limit = kDocumentsAtOnce}));
    std::move(page.documents.begin(), page.documents.end(), std::back_inserter(all));
    if (offset + kDocumentsAtOnce >= page.total) return all;
  }
}

struct Terms {
  std::vector<std::string> terms;  // distinct, without words that only ask
  double idf = 0;                  // their sum
};

class Maker {
 public:
  Maker(const KnowledgeView& view, const MakeOptions& options)
      : view_(view), options_(options), rng_(options.seed) {}

  Result<MadeQuestions> make(const base::Cancellation& cancellation);

 private:
  struct Sentence {
    std::string text, passage;
    std::uint32_t document = 0;
    text::Language language = text::Language::english;
  };

  double wanted(text::Language language) const {
    return kSpecific * std::log1p(static_cast<double>(view_.passage_count())) *
           (language == text::Language::japanese ? kJapaneseTerms : 1);
  }
  Terms terms_of(const std::string& question);
  double idf_of(const std::string& piece) { return terms_of(piece).idf; }
  /// Less specific parts go first, as long as enough remains.
  bool shorten(const QuestionForm& form, std::string& question, Terms& terms);
  bool repeats(const Terms& terms);
  void remember(const Terms& terms);
  bool take(const Sentence& sentence);
  base::Status hide(MadeQuestion& question);

  const KnowledgeView& view_;
  const MakeOptions& options_;
  base::Rng rng_;
  text::Analyzer analyzer_;
  std::unordered_map<std::string, double> idfs_;
  std::unordered_map<std::string, std::vector<std::uint32_t>> by_term_;  // questions that hold it
  std::vector<std::size_t> sizes_;                                       // terms of each question
  std::vector<StoredDocument> documents_;
  std::vector<std::size_t> from_document_;
  std::set<std::uint64_t> seen_;  // sentences
  std::size_t cap_ = kLeastOfDocument;
  MadeQuestions made_;
};

Terms Maker::terms_of(const std::string& question) {
  Terms out;
  for (auto& own : analyzer_.query_terms(question)) {
    const auto [at, fresh] = idfs_.try_emplace(own.term, 0.0);
    if (fresh) at->second = view_.lexical().idf(own.term);
    // Japanese text is indexed by characters, pairs and words: each says only a part of what the words say.
    out.idf += at->second * std::min(1.0, static_cast<double>(own.weight));
    out.terms.push_back(std::move(own.term));
  }
  return out;
}

bool Maker::shorten(const QuestionForm& form, std::string& question, Terms& terms) {
  std::vector<std::pair<double, std::size_t>> optional;
  for (std::size_t i = 0; i < form.pieces.size(); ++i)
    if (form.pieces[i].optional) optional.emplace_back(idf_of(form.pieces[i].text), i);
  std::sort(optional.begin(), optional.end());
  std::vector<std::size_t> left_out;
  if (optional.empty()) return false;
  const std::size_t wanted_less = 1 + rng_.below(optional.size());
  for (std::size_t i = 0; i < optional.size() && left_out.size() < wanted_less; ++i) {
    left_out.push_back(optional[i].second);
    const std::string shorter = form.render(left_out);
    Terms own = terms_of(shorter);
    if (own.idf < kShortened * wanted(form.language) || text::analyse_question(shorter).type != form.type) {
      left_out.pop_back();
      continue;
    }
    question = shorter;
    terms = std::move(own);
  }
  return !left_out.empty();
}

bool Maker::repeats(const Terms& terms) {
  std::unordered_map<std::uint32_t, std::size_t> common;
  for (const std::string& term : terms.terms)
    if (const auto found = by_term_.find(term); found != by_term_.end())
      for (const std::uint32_t question : found->second) ++common[question];
  return std::any_of(common.begin(), common.end(), [&](const auto& own) {
    const auto larger = std::max(sizes_[own.first], terms.terms.size());
    return static_cast<double>(own.second) >= kNearlySame * static_cast<double>(larger);
  });
}

void Maker::remember(const Terms& terms) {
  for (const std::string& term : terms.terms)
    by_term_[term].push_back(static_cast<std::uint32_t>(sizes_.size()));
  sizes_.push_back(terms.terms.size());
}

bool Maker::take(const Sentence& sentence) {
  auto forms = form_questions(sentence.text, sentence.language, sentence.passage);
  rng_.shuffle(forms);
  for (const QuestionForm& form : forms) {
    std::string question = form.render({});
    Terms terms = terms_of(question);
    if (terms.idf < wanted(form.language)) {
      ++made_.unspecific;
      continue;
    }
    const bool shortened = rng_.uniform() < options_.shortened && shorten(form, question, terms);
    if (repeats(terms)) {
      ++made_.repeated;
      continue;
    }
    remember(terms);
    made_.questions.push_back({std::move(question),
                               form.answers,
                               {},
                               documents_[sentence.document].info.id,
                               sentence.language,
                               form.type,
                               shortened});
    ++from_document_[sentence.document];
    return true;
  }
  return false;
}

// Every document with a passage that holds the answer and most of the question's words.
base::Status Maker::hide(MadeQuestion& question) {
  const Terms terms = terms_of(question.question);
  std::vector<knowledge::QueryTerm> query;
  query.reserve(terms.terms.size());
  for (const std::string& term : terms.terms) query.push_back({term, 1.0F});
  std::vector<PassageId> ids;
  for (const auto& hit : view_.lexical().search(query, kAlike, view_.deleted())) ids.push_back(hit.id);
  std::sort(ids.begin(), ids.end());
  const auto found = view_.lexical().frequencies(terms.terms, ids);
  double all = 0;
  for (const float idf : found.idf) all += idf;
  std::set<std::string> hidden{question.document};
  GENKAI_ASSIGN_OR_RETURN(const auto passages, view_.passages(ids));
  for (const core::Passage& passage : passages) {
    const auto row =
        static_cast<std::size_t>(std::lower_bound(ids.begin(), ids.end(), passage.id) - ids.begin());
    double held = 0;
    for (std::size_t column = 0; column < terms.terms.size(); ++column)
      if (found.at(row, column) > 0) held += found.idf[column];
    if (held >= kMostWords * all && holds_answer(passage.text, question.answers))
      hidden.insert(passage.document.id);
  }
  question.hidden.assign(hidden.begin(), hidden.end());
  return {};
}

Result<MadeQuestions> Maker::make(const base::Cancellation& cancellation) {
  const auto stopped = [] {
    return base::fail(base::Code::cancelled, "interrupted while questions were made", "run it again");
  };
  GENKAI_ASSIGN_OR_RETURN(documents_, all_documents(view_));
  from_document_.assign(documents_.size(), 0);
  if (!documents_.empty()) cap_ = std::max(kLeastOfDocument, 4 * options_.count / documents_.size());
  std::vector<Place> places;
  for (std::uint32_t document = 0; document < documents_.size(); ++document)
    for (std::uint32_t i = 0; i < documents_[document].passages; ++i)
      places.push_back({documents_[document].first + i, document});
  rng_.shuffle(places);

  // One question of each passage first; of the rest of their sentences when that is not enough.
  std::vector<Sentence> waiting;
  const auto full = [&] { return made_.questions.size() >= options_.count; };
  for (std::size_t at = 0; at < places.size() && !full(); at += kPassagesAtOnce) {
    if (cancellation.cancelled()) return stopped();
    const std::size_t end = std::min(at + kPassagesAtOnce, places.size());
    std::vector<PassageId> ids;
    std::map<PassageId, std::uint32_t> document_of;
    for (std::size_t i = at; i < end; ++i) {
      ids.push_back(places[i].passage);
      document_of[places[i].passage] = places[i].document;
    }
    GENKAI_ASSIGN_OR_RETURN(const auto passages, view_.passages(ids));
    for (const core::Passage& passage : passages) {
      if (full()) break;
      ++made_.passages;
      std::vector<Sentence> sentences;
      for (const text::Span span : text::split_sentences(passage.text)) {
        std::string own(span.of(passage.text));
        if (!seen_.insert(base::hash64(text::normalise(own), 0)).second) continue;
        const text::Language language = text::detect_language(own);
        sentences.push_back({std::move(own), passage.text, document_of[passage.id], language});
      }
      made_.sentences += sentences.size();
      rng_.shuffle(sentences);
      bool taken = false;
      for (Sentence& sentence : sentences) {
        const bool open = from_document_[sentence.document] < cap_;
        if (!taken && open)
          taken = take(sentence);
        else
          waiting.push_back(std::move(sentence));
      }
    }
  }
  rng_.shuffle(waiting);
  for (std::size_t i = 0; i < waiting.size() && !full(); ++i) {
    if (cancellation.cancelled()) return stopped();
    if (from_document_[waiting[i].document] < cap_) take(waiting[i]);
  }

  std::vector<std::size_t> order(made_.questions.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  rng_.shuffle(order);
  order.resize(static_cast<std::size_t>(
      std::llround(options_.unanswerable * static_cast<double>(made_.questions.size()))));
  for (const std::size_t i : order) {
    if (cancellation.cancelled()) return stopped();
    GENKAI_RETURN_IF_ERROR(hide(made_.questions[i]));
  }
  return std::move(made_);
}

}  // namespace

Result<MadeQuestions> make_questions(const KnowledgeView& view, const MakeOptions& options,
                                     const base::Cancellation& cancellation) {
  return Maker(view, options).make(cancellation);
}

}  // namespace genkai::answer
